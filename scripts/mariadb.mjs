/**
 * A throw-away MariaDB, started from the mariadbd on the machine: a folder, a port and a socket of its own.
 *
 *   node scripts/mariadb.mjs                 starts one, prints its address, stops it on Ctrl-C
 *   node scripts/mariadb.mjs COMMAND ARGS    runs the command with OJU_TEST_MARIADB set to it, then stops it
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run, startChild, stopChild, stopOnSignal } from './child.mjs';

const START_TIMEOUT_MS = 60_000;

/** Small, since it serves tests; utf8mb4 because that is what Debian's own configuration sets. */
const SETTINGS = [
  '--innodb-buffer-pool-size=64M',
  '--innodb-log-file-size=16M',
  '--innodb-flush-log-at-trx-commit=1',
  '--key-buffer-size=1M',
  '--aria-pagecache-buffer-size=1M',
  '--max-connections=100',
  '--performance-schema=OFF',
  '--skip-log-bin',
  '--character-set-server=utf8mb4',
];

/** The path of a program that may lie outside PATH, as servers do for users other than root. */
export function findProgram(...names) {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    '/usr/libexec',
    '/opt/homebrew/bin',
    '/usr/local/bin',
  ];
  for (const name of names) {
    const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
    if (found !== undefined) return found;
  }
  return undefined;
}

export async function startMariadb() {
  const mariadbd = findProgram('mariadbd');
  const installer = findProgram('mariadb-install-db');
  if (mariadbd === undefined || installer === undefined) {
    throw new Error('mariadbd or mariadb-install-db is not on this machine');
  }
  const folder = await mkdtemp(join(tmpdir(), 'oju-mariadb-'));
  const data = join(folder, 'data');
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  let server;
  let port;

  const start = async () => {
    port ??= await freePort();
    server = startChild(
      mariadbd,
      [
        '--no-defaults',
        ...asRoot,
        `--datadir=${data}`,
        `--tmpdir=${folder}`,
        `--socket=${join(folder, 's')}`,
        `--pid-file=${join(folder, 'pid')}`,
        `--port=${port}`,
        '--bind-address=127.0.0.1',
        ...SETTINGS,
      ],
      { removeFolder: folder },
    );
    await waitUntilItAnswers(server, port);
  };
  const stop = async () => {
    if (server !== undefined) await stopChild(server, { graceMs: 15_000 });
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };

  try {
    await mkdir(data);
    const made = await run(
      installer,
      [
        '--no-defaults',
        ...asRoot,
        `--datadir=${data}`,
        // A server that starts removes the temporary tables of every other in the same folder.
        `--tmpdir=${folder}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
        '--innodb-log-file-size=16M',
      ],
      { removeFolder: folder },
    );
    if (made.code !== 0) throw new Error(`mariadb-install-db failed:\n${made.output}`);
    try {
      await start();
    } catch (error) {
      if (!/already in use/i.test(error.message)) throw error;
      port = undefined; // somebody took the port meanwhile
      await start();
    }
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    url: `mysql://root@127.0.0.1:${port}`,
    port,
    folder,
    stop,
    /** Ends the server as a power cut would; `start` brings it back on the same data and port. */
    kill: () => stopChild(server, { signal: 'SIGKILL' }),
    start,
  };
}

/** Below what Linux takes for the near end of connections: a server started again finds it free. */
async function freePort() {
  for (let tries = 0; tries < 1000; tries += 1) {
    const port = 10_000 + ((process.pid * 97 + tries) % 5_000);
    if (await isFree(port)) return port;
  }
  throw new Error('No port is free');
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

async function waitUntilItAnswers(server, port) {
  let output = '';
  server.child.stdout.on('data', (chunk) => (output = (output + chunk).slice(-8_000)));
  server.child.stderr.on('data', (chunk) => (output = (output + chunk).slice(-8_000)));
  let ended = false;
  void server.exited.then(() => (ended = true));
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await greets(port))) {
    if (ended) throw new Error(`mariadbd ended at once:\n${output}`);
    if (performance.now() > deadline) {
      throw new Error(`mariadbd did not answer within ${START_TIMEOUT_MS / 1000} s:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A server that is ready opens with its greeting: a 4-byte header, then protocol version 10. */
function greets(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
    const settle = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (data) => settle(data[4] === 10));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
    socket.once('close', () => settle(false));
  });
}

async function main([command, ...args]) {
  let database;
  stopOnSignal(async () => {
    await database?.stop();
  });
  database = await startMariadb();
  if (command === undefined) {
    console.log(database.url);
    return;
  }
  const child = startChild(command, args, {
    stdio: 'inherit',
    env: { ...process.env, OJU_TEST_MARIADB: database.url },
  });
  const { code, error } = await child.exited;
  if (error !== undefined) console.error(error.message);
  await database.stop();
  process.exit(code ?? 1);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(process.argv.slice(2));
}

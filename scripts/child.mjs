import { spawn } from 'node:child_process';

/**
 * Child processes that never outlive the script that started them, however it ends, SIGKILL included.
 *
 * Each child leads a process group of its own, so that whatever it starts ends with it. Beside it waits a shell
 * whose standard input is a pipe from this process: the pipe closes when this process is gone, and the shell then
 * ends the group and removes the folder that it was told of. Linux and macOS.
 */
const GUARD = 'cat >/dev/null; kill -9 "-$0" 2>/dev/null; sleep 0.2; [ -z "$1" ] || rm -rf -- "$1"';

const running = new Set();
let stopping = false;

/** Starts a child. `removeFolder` is removed only if this process dies without stopping the child. */
export function startChild(command, args, { removeFolder = '', ...options } = {}) {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
    detached: true,
  });
  const entry = { child, exited: undefined };
  entry.exited = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  if (child.pid === undefined) return entry;
  const guard = spawn('/bin/sh', ['-c', GUARD, String(child.pid), removeFolder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  running.add(entry);
  child.once('exit', () => {
    running.delete(entry);
    signalGroup(child.pid, 'SIGKILL'); // what the child left behind
    guard.kill('SIGKILL');
  });
  return entry;
}

/** Asks a child to end, and after `graceMs` makes it. Resolves once it is gone. */
export async function stopChild(entry, { signal = 'SIGTERM', graceMs = 10_000 } = {}) {
  if (running.has(entry)) {
    signalGroup(entry.child.pid, signal);
    const timer = setTimeout(() => signalGroup(entry.child.pid, 'SIGKILL'), graceMs);
    await entry.exited;
    clearTimeout(timer);
  }
  return entry.exited;
}

export async function stopAllChildren(options) {
  await Promise.all([...running].map((entry) => stopChild(entry, options)));
}

/**
 * On Ctrl-C, SIGTERM or SIGHUP: runs `cleanUp`, stops every child and exits with what `cleanUp` returned, or else
 * with the signal's usual code.
 */
export function stopOnSignal(cleanUp = async () => undefined) {
  const stop = async (number) => {
    if (stopping) return;
    stopping = true;
    let code = 128 + number;
    try {
      code = (await cleanUp()) ?? code;
      await stopAllChildren();
    } finally {
      process.exit(code);
    }
  };
  process.on('SIGHUP', () => void stop(1));
  process.on('SIGINT', () => void stop(2));
  process.on('SIGTERM', () => void stop(15));
}

/** Whether a signal is ending this script, so that what ends now is no failure. */
export function isStopping() {
  return stopping;
}

/** Runs a command to its end and returns its exit code and all that it printed. */
export async function run(command, args, options = {}) {
  const entry = startChild(command, args, options);
  const chunks = [];
  entry.child.stdout?.on('data', (chunk) => chunks.push(chunk));
  entry.child.stderr?.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise((resolve) => entry.child.once('close', resolve));
  const { code, signal, error } = await entry.exited;
  if (error !== undefined) return { code: 127, output: error.message };
  await closed;
  return { code: code ?? (signal === null ? 1 : 128), output: Buffer.concat(chunks).toString() };
}

function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error;
  }
}

/**
 * Installs and builds what is due, so that a fresh clone needs no step before `npm run demo`, `npm test` and
 * `npm start`. Needs nothing but Node.
 *
 *   node scripts/prepare.mjs demo|start|test|browser
 */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { run, stopOnSignal } from './child.mjs';
import { findProgram } from './mariadb.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));

const BUILD_INPUTS = [
  'scripts/build-assets.mjs',
  'scripts/bundle.mjs',
  'scripts/transpile.mjs',
  'swc.config.cjs',
  'public',
  'src',
  'views',
  'test/support',
  'test/long',
  'bench',
  'ormconfig.ts',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
];
const BUILD_STAMP = 'dist/.built-from';

/** What a machine may lack, and how Debian and Ubuntu call it; the first package that exists is taken. */
const NEEDS = {
  compiler: {
    what: 'python3, make and g++',
    why: 'to compile better-sqlite3, which has no ready binary for this machine',
    isMet: () => ['python3', 'make', 'g++'].every((name) => findProgram(name) !== undefined),
    packages: [['python3'], ['make'], ['g++']],
  },
  mariadb: {
    what: 'mariadbd',
    why: 'for the tests on MariaDB',
    isMet: () =>
      findProgram('mariadbd') !== undefined && findProgram('mariadb-install-db') !== undefined,
    // The core package has the program without a service that would start by itself.
    packages: [['mariadb-server-core', 'mariadb-server-core-10.6', 'mariadb-server']],
  },
  redis: {
    what: 'redis-server',
    why: 'for the tests of several instances',
    isMet: () => findProgram('redis-server') !== undefined,
    packages: [['redis-server']],
  },
  chromium: {
    what: 'chromium',
    why: 'for the browser tests',
    isMet: () => chromiumPath() !== undefined,
    packages: [['chromium', 'chromium-browser'], ['fonts-liberation']],
  },
};

export class PrepareError extends Error {}

/**
 * Makes the checkout ready for a purpose.
 * @param {'demo' | 'start' | 'test' | 'browser'} purpose
 * @returns what the machine lacks still, by name; only `npm test` may go on without
 */
export async function prepare(purpose) {
  checkNode();
  await installPackages();
  if (purpose === 'browser' && !(await provide('chromium'))) {
    throw new PrepareError('There is no Chromium to test in.');
  }
  if (purpose !== 'test') {
    if (isBuilt()) return [];
    const { code, output } = await timed('Building (npm run build)', build);
    if (code !== 0) throw new PrepareError(`The build failed:\n${output}`);
    return [];
  }
  const missing = [];
  if (!(await provide('mariadb'))) missing.push('mariadb');
  if (!(await provide('redis'))) missing.push('redis');
  if (hasBrowserTests() && !(await provide('chromium'))) missing.push('chromium');
  return missing;
}

export function chromiumPath() {
  return findProgram('chromium', 'chromium-browser', 'google-chrome');
}

export function hasBrowserTests() {
  return filesIn('test/browser').some((path) => path.endsWith('.browser-spec.ts'));
}

function checkNode() {
  const wanted = readJson('package.json').engines.node;
  if (!satisfies(process.versions.node, wanted)) {
    throw new PrepareError(`Oju needs Node ${wanted}; this is Node ${process.versions.node}.`);
  }
}

/** `^20.19 || >=22.12` and the like; the only forms that package.json uses. */
function satisfies(version, range) {
  const [major, minor] = version.split('.').map(Number);
  return range.split('||').some((part) => {
    const match = /^(\^|>=)(\d+)\.(\d+)$/.exec(part.trim());
    if (match === null) throw new PrepareError(`package.json: engines.node has "${part.trim()}".`);
    const [, operator, wantedMajor, wantedMinor] = match;
    if (major === Number(wantedMajor)) return minor >= Number(wantedMinor);
    return operator === '>=' && major > Number(wantedMajor);
  });
}

async function installPackages() {
  if (lockIsInstalled() && (await nativePackagesLoad())) return;
  let result = await npmCi();
  if (result.code !== 0 && !NEEDS.compiler.isMet()) {
    if (!(await provide('compiler'))) throw new PrepareError('npm ci failed without a compiler.');
    result = await npmCi();
  }
  if (result.code !== 0) {
    throw new PrepareError(`npm ci failed:\n${result.output}`);
  }
  if (!(await nativePackagesLoad())) {
    throw new PrepareError('npm ci ended well, and yet better-sqlite3 or argon2 does not load.');
  }
}

function npmCi() {
  return timed('Installing packages (npm ci), about a minute', () =>
    // Engine warnings of transitive packages are known and hide what matters.
    runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error']),
  );
}

/** Whether node_modules holds what package-lock.json says: npm keeps its own copy of the lock there. */
function lockIsInstalled() {
  const installedLock = 'node_modules/.package-lock.json';
  if (!existsSync(join(root, installedLock))) return false;
  const wanted = readJson('package-lock.json').packages;
  delete wanted['']; // the project itself
  const installed = readJson(installedLock).packages;
  const isRight = ([path, entry]) =>
    installed[path] === undefined
      ? entry.optional === true || entry.devOptional === true || entry.peer === true
      : installed[path].version === entry.version && installed[path].integrity === entry.integrity;
  return (
    Object.entries(wanted).every(isRight) &&
    Object.keys(installed).every((path) => wanted[path] !== undefined)
  );
}

/** They do not after Node's major version changed, or after an npm ci that was cut short. */
async function nativePackagesLoad() {
  const script = "new (require('better-sqlite3'))(':memory:').close(); require('argon2')";
  return (await run(process.execPath, ['-e', script], { cwd: root })).code === 0;
}

/** Compiles into an empty dist, since a file left from a deleted source could be a migration. */
export async function build() {
  if (isBuilt()) return { code: 0, output: '' };
  const stamp = hashOf(BUILD_INPUTS);
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const result = await runNpm(['run', '--silent', 'build']);
  if (result.code === 0) {
    // npm links the command to this very file, and links carry no mode of their own.
    chmodSync(join(root, 'dist', 'src', 'cli.js'), 0o755);
    writeFileSync(join(root, BUILD_STAMP), stamp);
  }
  return result;
}

function isBuilt() {
  return readIfThere(BUILD_STAMP) === hashOf(BUILD_INPUTS);
}

async function provide(name) {
  const need = NEEDS[name];
  if (need.isMet()) return true;
  const apt = findProgram('apt-get');
  const byHand =
    apt === undefined
      ? `install ${need.what}`
      : `apt-get install ${need.packages.map(([first]) => first).join(' ')}`;
  if (apt === undefined || process.getuid?.() !== 0) {
    console.error(`Missing ${need.what}, ${need.why}. To have it: ${byHand}`);
    return false;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = await timed(`Installing ${need.what} with apt-get, ${need.why}`, async () => {
    const updated = await run(apt, ['update', '-q'], { env });
    if (updated.code !== 0) return updated;
    const packages = [];
    for (const choices of need.packages) packages.push(await firstAvailable(choices));
    return run(apt, ['install', '-y', '-q', '--no-install-recommends', ...packages], {
      // A service that an install script would start stays down at runlevel 1.
      env: { ...env, RUNLEVEL: '1' },
    });
  });
  if (result.code === 0 && need.isMet()) return true;
  console.error(`${result.output.slice(-2_000).trimEnd()}\nMissing ${need.what} still.`);
  return false;
}

async function firstAvailable(choices) {
  for (const name of choices) {
    const { output } = await run('apt-cache', ['policy', name]);
    if (/Candidate: (?!\(none\))/.test(output)) return name;
  }
  return choices[0];
}

function runNpm(args) {
  // The npm that runs this script, if one does; else the one beside Node.
  const cli = process.env.npm_execpath;
  return cli?.endsWith('.js')
    ? run(process.execPath, [cli, ...args], { cwd: root })
    : run('npm', args, { cwd: root });
}

async function timed(what, work) {
  console.log(`${what} …`);
  const started = performance.now();
  const result = await work();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`  ${result.code === 0 ? 'done' : 'failed'} in ${seconds} s`);
  return result;
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesIn).sort()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** The files of a folder, or the file itself, relative to the checkout; none if it is not there. */
function filesIn(path) {
  try {
    return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

function readIfThere(path) {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  stopOnSignal();
  const purpose = process.argv[2];
  try {
    if (!['demo', 'start', 'test', 'browser'].includes(purpose)) {
      throw new PrepareError('Usage: node scripts/prepare.mjs demo|start|test|browser');
    }
    await prepare(purpose);
  } catch (error) {
    if (!(error instanceof PrepareError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

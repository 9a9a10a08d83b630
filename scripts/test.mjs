/**
 * `npm test`: prepares, then every check and test, on SQLite and on a throw-away MariaDB.
 *
 *   npm test                    every step
 *   npm test -- unit e2e        only these
 *
 * Ends with the line `N passed, N failed`; each static check counts as one.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditRunTime } from './audit.mjs';
import { isStopping, run, stopOnSignal } from './child.mjs';
import { startMariadb } from './mariadb.mjs';
import { build, chromiumPath, hasBrowserTests, prepare, PrepareError, root } from './prepare.mjs';

const SHOWN_CHARACTERS = 60_000;
const MEMORY = '/dev/shm';
/** Several times what all databases of a run take at once. */
const MEMORY_BYTES = 2 ** 30;
const inCi = process.env.CI === 'true';
process.env.TMPDIR = folderForDatabases();
const scratch = mkdtempSync(join(tmpdir(), 'oju-test-'));
// Whatever a test that was interrupted leaves goes with it.
process.env.TMPDIR = scratch;
let mariadb;
let missing = [];
let lackIsCounted = false;

const STEPS = [
  { name: 'build', static: true, run: async () => outcomeOf(await build()) },
  check(
    'types',
    'typescript-native/bin/tsc',
    '--noEmit',
    '-p',
    'tsconfig.json',
    '--incremental',
    'false',
  ),
  check('lint', 'eslint/bin/eslint.js', '--max-warnings', '0', '.'),
  check('typed lint', 'oxlint/bin/oxlint'),
  check('format', 'prettier/bin/prettier.cjs', '--check', '.'),
  check(
    'dependencies',
    'dependency-cruiser/bin/dependency-cruise.mjs',
    'src',
    '--config',
    '.dependency-cruiser.cjs',
  ),
  check('unused', 'knip/bin/knip.js', '--no-progress'),
  { name: 'views', static: true, run: viewsEscapeEverything },
  { name: 'audit', run: () => auditRunTime(root, testEnvironment()) },
  jest('unit'),
  jest('integration', { needsBuild: true, before: startDatabase }),
  // Processes on clocks of their own, which wait more than they work.
  jest('e2e', { needsBuild: true, before: startServers, workers: 4 }),
  jest('browser', {
    needsBuild: true,
    isThere: hasBrowserTests,
    before: findBrowser,
    missingStopsIt: true,
  }),
  // Whole processes against a floor in the same run, so it is counted as one check.
  {
    name: 'bench',
    needsBuild: true,
    run: async () =>
      outcomeOf(await runNode([join(root, 'dist', 'bench', 'footprint.js'), '--quick'])),
  },
];

/** Memory where there is enough, since most of what a test on a disk takes is waiting for it. */
function folderForDatabases() {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    accessSync(MEMORY, constants.W_OK);
    return bavail * bsize < MEMORY_BYTES ? tmpdir() : MEMORY;
  } catch {
    return tmpdir();
  }
}

/** Starts the database that tests on MariaDB use; without one they are skipped, but not in CI. */
async function startDatabase() {
  if (missing.includes('mariadb')) {
    const outcome = lackIsCounted ? undefined : missingOutcome('MariaDB', 'mariadbd');
    lackIsCounted = true;
    return outcome;
  }
  mariadb ??= await startMariadb();
  return undefined;
}

/** The database, and a look for the Redis that a test of several instances starts itself. */
async function startServers() {
  const lack = await startDatabase();
  if (!missing.includes('redis')) return lack;
  const without = missingOutcome('several instances', 'redis-server');
  return lack === undefined ? without : sum([lack, without]);
}

async function findBrowser() {
  return missing.includes('chromium') ? missingOutcome('browser', 'chromium') : undefined;
}

function missingOutcome(part, program) {
  const line = '!'.repeat(78);
  console.log(
    `${line}\n!! The ${part} tests are SKIPPED: ${program} is not on this machine.\n${line}`,
  );
  return inCi
    ? { passed: 0, failed: 1, skipped: 0, output: `${program} is missing, and CI=true.` }
    : { passed: 0, failed: 0, skipped: 1, output: '' };
}

function check(name, bin, ...args) {
  const path = join(root, 'node_modules', bin);
  return { name, static: true, run: async () => outcomeOf(await runNode([path, ...args])) };
}

/** What `before` returns, if it found something missing, is counted beside or instead of the tests. */
function jest(project, { before, missingStopsIt = false, workers = 2, ...rest } = {}) {
  return {
    name: project,
    ...rest,
    run: async () => {
      const lack = await before?.();
      if (lack === undefined) return runJest(project, workers);
      return missingStopsIt ? lack : sum([await runJest(project, workers), lack]);
    },
  };
}

async function runJest(project, workers) {
  const file = join(scratch, `${project}.json`);
  const bin = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = [
    '--selectProjects',
    project,
    `--maxWorkers=${workers}`,
    '--maxConcurrency=2',
    // What each file loads anew stays in the heap, and a heap of gigabytes is slow to sweep.
    '--workerIdleMemoryLimit=1500MB',
    '--json',
    `--outputFile=${file}`,
  ];
  const { code, output } = await runNode([bin, ...args], { removeFolder: scratch });
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0, output };
  const result = JSON.parse(readFileSync(file, 'utf8'));
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return {
    passed: result.numPassedTests,
    // Jest may refuse a run all of whose tests passed, such as one that found no test.
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: result.numPendingTests + result.numTodoTests,
    output,
  };
}

function runNode(args, options) {
  return run(process.execPath, args, { cwd: root, env: testEnvironment(), ...options });
}

/** The environment without what configures the application, so that no test meets real data. */
function testEnvironment() {
  const configures =
    /^(OJU_(?!TEST_)|DATABASE_URL$|REDIS_URL$|VIRUSTOTAL_|SMTP_URL$|MAIL_FROM$|PORT$|HOST$|TRUST_PROXY$|LOG_)/;
  const kept = Object.entries(process.env).filter(([name]) => !configures.test(name));
  return {
    ...Object.fromEntries(kept),
    ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
    OJU_TEST_SHARES: '1',
    OJU_TEST_BY_TURNS: '1',
    ...(mariadb === undefined ? {} : { OJU_TEST_MARIADB: mariadb.url }),
    ...(chromiumPath() === undefined ? {} : { OJU_TEST_CHROMIUM: chromiumPath() }),
  };
}

/** Only a layout's `body`, rendered already, may stand in a view unescaped. */
async function viewsEscapeEverything() {
  const found = [];
  for (const path of readdirSync(join(root, 'views'), { recursive: true })) {
    if (!path.endsWith('.hbs')) continue;
    const lines = readFileSync(join(root, 'views', path), 'utf8').split('\n');
    lines.forEach((line, index) => {
      const rest = line.replace(/\{\{\{\s*body\s*\}\}\}/g, '');
      if (/\{\{~?[{&]/.test(rest)) found.push(`views/${path}:${index + 1}: ${line.trim()}`);
    });
  }
  return outcomeOf({ code: found.length === 0 ? 0 : 1, output: found.join('\n') });
}

function outcomeOf({ code, output }) {
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, output };
}

function sum(outcomes) {
  const total = (key) => outcomes.reduce((all, outcome) => all + outcome[key], 0);
  const output = outcomes.map((outcome) => outcome.output).join('\n');
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped'), output };
}

/** Runs one step and prints its line, and its output only if it failed. */
async function perform(step) {
  const started = performance.now();
  let outcome;
  try {
    outcome = await step.run();
  } catch (error) {
    outcome = { passed: 0, failed: 1, skipped: 0, output: error.stack };
  }
  if (isStopping()) await new Promise(() => undefined); // the signal's handler ends this process
  const { passed, failed, skipped, output } = outcome;
  const counts = step.static ? '' : `${passed} passed, ${failed} failed, ${skipped} skipped`;
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  console.log(
    `${failed === 0 ? 'ok    ' : 'FAILED'} ${step.name.padEnd(13)}${seconds} s  ${counts}`,
  );
  if (failed > 0) console.log(`${output.slice(-SHOWN_CHARACTERS).trimEnd()}\n`);
  return outcome;
}

/** Static checks two at a time, then the tests one after the other, since each takes both cores. */
async function performAll(steps) {
  const outcomes = new Map();
  const checks = steps.filter((step) => step.static);
  const next = async () => {
    const step = checks.shift();
    if (step === undefined) return;
    outcomes.set(step.name, await perform(step));
    await next();
  };
  await Promise.all([next(), next()]);
  const isBuilt = (outcomes.get('build')?.failed ?? 0) === 0;
  for (const step of steps.filter((each) => !each.static)) {
    const run = async () => ({ passed: 0, failed: 1, skipped: 0, output: 'The build failed.' });
    outcomes.set(step.name, await perform(step.needsBuild && !isBuilt ? { ...step, run } : step));
  }
  return [...outcomes.values()];
}

function chosenSteps(names) {
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    const known = STEPS.map((step) => step.name).join(', ');
    throw new PrepareError(`No step is called ${unknown.join(', ')}. There are: ${known}.`);
  }
  const chosen = STEPS.filter(({ name, isThere }) =>
    names.length === 0 ? (isThere?.() ?? true) : names.includes(name),
  );
  const buildStep = STEPS.filter(({ name }) => name === 'build');
  return [...new Set([...(chosen.some((step) => step.needsBuild) ? buildStep : []), ...chosen])];
}

async function cleanUp() {
  await mariadb?.stop();
  rmSync(scratch, { recursive: true, force: true });
}

stopOnSignal(cleanUp);
let total = { passed: 0, failed: 0, skipped: 0 };
try {
  const steps = chosenSteps(process.argv.slice(2));
  missing = await prepare('test');
  total = sum(await performAll(steps));
} catch (error) {
  console.error(error instanceof PrepareError ? error.message : error);
  total.failed += 1;
} finally {
  await cleanUp();
}
if (total.skipped > 0) console.log(`${total.skipped} skipped, see above`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

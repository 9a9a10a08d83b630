import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APP_ROOT } from '../src/config/app-root.js';
import { freePort } from '../test/support/free-port.js';
import { isQuick } from './figures.js';

/**
 * Start to ready, and resident memory at rest, of Oju against a bare Nest and hbs page in the same
 * run: alternated, medians of the ratios of each pair. Exits with 1 when a ratio is over its bound.
 */
const RUNS = isQuick() ? 5 : 7;
const START_BOUND = 2.5;
const MEMORY_BOUND = 1.5;
/** How long a process is left alone before its memory is read, ms. */
const REST_MS = 2500;

interface Footprint {
  startMs: number;
  residentMb: number;
}

interface Program {
  name: string;
  main: string;
  readyPath: string;
  env: (folder: string) => Record<string, string>;
}

const BARE: Program = {
  name: 'bare',
  main: join(APP_ROOT, 'dist', 'bench', 'bare-app.js'),
  readyPath: '/',
  env: () => ({}),
};

const OJU: Program = {
  name: 'Oju',
  main: join(APP_ROOT, 'dist', 'src', 'main.js'),
  readyPath: '/health/ready',
  env: (folder) => ({ DATABASE_URL: `sqlite:${join(folder, 'oju.sqlite')}`, LOG_LEVEL: 'error' }),
};

async function measure(program: Program, folder: string): Promise<Footprint> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program.main], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: String(port), ...program.env(folder) },
    stdio: 'ignore',
  });
  try {
    await answers(child, `http://127.0.0.1:${port}${program.readyPath}`);
    const startMs = performance.now() - startedAt;
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    return { startMs, residentMb: residentMb(child) };
  } finally {
    if (child.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
}

async function answers(child: ChildProcess, url: string): Promise<void> {
  for (let tries = 0; tries < 3000; tries += 1) {
    if (child.exitCode !== null) throw new Error(`${url}: the process ended at start`);
    const response = await fetch(url).catch(() => null);
    if (response?.status === 200) {
      await response.arrayBuffer();
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${url} did not answer`);
}

function residentMb(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function main(): Promise<void> {
  const results: Record<string, Footprint[]> = { [BARE.name]: [], [OJU.name]: [] };
  const folder = mkdtempSync(join(tmpdir(), 'oju-footprint-'));
  try {
    // Not counted: disks and the database warm up. A start is a restart, on a database that is there.
    for (const program of [BARE, OJU]) await measure(program, folder);
    for (let run = 0; run < RUNS; run += 1) {
      for (const program of [BARE, OJU]) {
        results[program.name]?.push(await measure(program, folder));
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const middle = (name: string, figure: keyof Footprint) =>
    median((results[name] ?? []).map((footprint) => footprint[figure]));
  // By pairs: what else the machine is doing then weighs on both.
  const ratio = (figure: keyof Footprint) =>
    median(
      (results[OJU.name] ?? []).map(
        (oju, run) => oju[figure] / (results[BARE.name]?.[run]?.[figure] ?? Number.NaN),
      ),
    );
  const start = ratio('startMs');
  const memory = ratio('residentMb');
  for (const { name } of [BARE, OJU]) {
    console.log(
      `${name}: ready after ${middle(name, 'startMs').toFixed(0)} ms, ` +
        `${middle(name, 'residentMb').toFixed(0)} MB at rest (medians of ${RUNS})`,
    );
  }
  console.log(`start ${start.toFixed(2)} times the bare page (bound ${START_BOUND})`);
  console.log(`memory ${memory.toFixed(2)} times the bare page (bound ${MEMORY_BOUND})`);
  if (!(start <= START_BOUND && memory <= MEMORY_BOUND)) process.exitCode = 1;
}

void main();

import 'reflect-metadata';
import { statSync } from 'node:fs';
import { UnitOfWork } from '../src/database/unit-of-work.js';
import { temporarySqlite } from '../test/support/open-database.js';
import { ENGINE_NAMES } from '../test/support/virustotal-stand-in/engine-names.js';
import { BenchApp } from './bench-app.js';
import { isQuick, median, report } from './figures.js';

/** By how much the SQLite file grows a platform and scan, after a checkpoint: medians of scans. */
const SCANS = isQuick() ? 3 : 5;
const PLATFORMS = isQuick() ? 300 : 1000;
const UNCHANGED_BOUND = 500;
const CHANGED_BOUND = 900;

/** So many of the 95 engines change their verdict in each of the scans that measure it. */
const CHANGING = ENGINE_NAMES.slice(10, 13);

async function fileBytes(app: BenchApp, file: string): Promise<number> {
  await app.nest.get(UnitOfWork).manager.query('PRAGMA wal_checkpoint(TRUNCATE)');
  return statSync(file).size;
}

/** Scans some times. @returns by how many bytes a platform the file grew, each time */
async function growth(app: BenchApp, file: string, before: (scan: number) => Promise<void>) {
  const grown: number[] = [];
  let size = await fileBytes(app, file);
  for (let scan = 0; scan < SCANS; scan += 1) {
    await before(scan);
    await app.scan();
    const now = await fileBytes(app, file);
    grown.push((now - size) / PLATFORMS);
    size = now;
  }
  return grown;
}

async function main(): Promise<void> {
  const database = temporarySqlite();
  const app = await BenchApp.start(database);
  try {
    const { file } = database;
    await app.prepare(PLATFORMS);
    const empty = await fileBytes(app, file);
    await app.scan();
    const first = ((await fileBytes(app, file)) - empty) / PLATFORMS;
    const unchanged = await growth(app, file, () => Promise.resolve());
    // To and fro between two answers that raise no flag.
    const changed = await growth(app, file, async (scan) => {
      const [category, result] = scan % 2 === 0 ? ['timeout', null] : ['harmless', 'clean'];
      const verdicts = CHANGING.map((engine) => ({ engine, category, result }));
      await app.standIn.control.script('*', verdicts);
    });
    console.log(`first scan: ${first.toFixed(0)} bytes a platform (${PLATFORMS} platforms)`);
    report([
      {
        name: `a scan in which nothing changed, bytes a platform (median of ${SCANS})`,
        value: median(unchanged),
        atMost: UNCHANGED_BOUND,
      },
      {
        name: `a scan in which ${CHANGING.length} of 95 verdicts changed, bytes a platform (median of ${SCANS})`,
        value: median(changed),
        atMost: CHANGED_BOUND,
      },
    ]);
  } finally {
    await app.stop();
    await database.drop();
  }
}

void main();

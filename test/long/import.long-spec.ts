import { describeOnEachDatabase } from '../support/databases.js';
import { aFile, importUnderLoad } from '../support/import-load.js';

const ROWS = 100_000;
const LIMIT_MS = 5 * 60_000;

describe.each([
  ['vendors', 'text/csv'],
  ['vendors', 'application/json'],
  ['platforms', 'text/csv'],
  ['platforms', 'application/json'],
] as const)('100,000 %s as %s', (kind, type) => {
  describeOnEachDatabase('imported while others read and write', (database) => {
    it(
      'take 30 s and 300 MB at most, and nobody who reads waits for 100 ms',
      async () => {
        const load = await importUnderLoad(database(), aFile(kind, type, ROWS));
        process.stderr.write(JSON.stringify([kind, type, load]) + '\n');
        expect(load.seconds).toBeLessThan(30);
        expect(load.peakMb).toBeLessThan(300);
        expect(load.longestBlockMs).toBeLessThan(100);
        expect(load.reads.p99Ms).toBeLessThan(100);
      },
      LIMIT_MS,
    );
  });
});

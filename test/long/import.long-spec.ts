import { describeOnEachDatabase } from '../support/databases.js';
import { aFile, importKilled, importUnderLoad } from '../support/import-load.js';

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
      'take 30 s and 300 MB at most, and nobody waits for 100 ms',
      async () => {
        const load = await importUnderLoad(database(), aFile(kind, type, ROWS));
        console.log(kind, type, load);
        expect(load.seconds).toBeLessThan(30);
        expect(load.peakMb).toBeLessThan(300);
        expect(load.longestBlockMs).toBeLessThan(100);
        expect(load.reads.p99Ms).toBeLessThan(100);
        expect(load.writes.p99Ms).toBeLessThan(100);
        // Everybody waits, at most, for a batch and for what else two cores do.
        if (database().kind === 'sqlite') expect(load.writes.longestMs).toBeLessThan(200);
      },
      LIMIT_MS,
    );
  });
});

describeOnEachDatabase('a server killed while it imports 100,000 vendors', (database) => {
  it(
    'has them all at the next start',
    async () => {
      const { before, after } = await importKilled(database(), aFile('vendors', 'text/csv', ROWS));

      expect(before).toBeLessThan(ROWS);
      expect(after).toBe(ROWS);
    },
    LIMIT_MS,
  );
});

import { describeOnEachDatabase } from '../support/databases.js';
import { aFile, importUnderLoad } from '../support/import-load.js';

/** A tenth of `test/long/import`. */
const ROWS = 10_000;

describeOnEachDatabase('10,000 platforms imported while others read and write', (database) => {
  it('take a tenth of 30 s, 300 MB at most, and nobody who reads waits for 100 ms', async () => {
    const load = await importUnderLoad(database(), aFile('platforms', 'text/csv', ROWS));

    // Three seconds, and what a machine that is busy with other tests takes.
    expect(load.seconds).toBeLessThan(6);
    expect(load.peakMb).toBeLessThan(300);
    expect(load.longestBlockMs).toBeLessThan(100);
    expect(load.reads.p99Ms).toBeLessThan(100);
    expect(load.writes.count).toBeGreaterThan(5);
  }, 60_000);
});

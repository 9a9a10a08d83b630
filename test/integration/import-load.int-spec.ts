import { describeOnEachDatabase } from '../support/databases.js';
import { aFile, importUnderLoad } from '../support/import-load.js';

/** A tenth of `test/long/import`, which holds the times: here other tests are at work beside it. */
const ROWS = 10_000;

describeOnEachDatabase('10,000 platforms imported while others read and write', (database) => {
  it('take 300 MB at most, and others read and write meanwhile', async () => {
    const load = await importUnderLoad(database(), aFile('platforms', 'text/csv', ROWS));

    expect(load.peakMb).toBeLessThan(300);
    expect(load.reads.count).toBeGreaterThan(50);
    expect(load.writes.count).toBeGreaterThan(5);
  }, 60_000);
});

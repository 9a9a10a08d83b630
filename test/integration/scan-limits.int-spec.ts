import { VirusTotalSettings } from '../../src/virustotal/virustotal-settings.entity.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { openDatabase } from '../support/open-database.js';
import {
  activate,
  addPlatforms,
  type ScanBench,
  scanEnded,
  startScanBench,
} from '../support/polite-scan.js';

const FACTOR = 100;

jest.setTimeout(30_000);

describeOnEachDatabase("a scan that waits for the day's quota", (database) => {
  let bench: ScanBench;

  beforeAll(async () => {
    bench = await startScanBench(database(), FACTOR);
  });
  afterAll(async () => {
    await bench.stop();
  });

  it('goes on the same day when another process has raised the limit', async () => {
    await addPlatforms(bench.api, 1);
    await activate(bench.api, { requestsPerDay: 1 });
    const waiting = await eventually(
      async () => (await bench.api.get('/scans/latest')).body.data as Record<string, string> | null,
      (scan) => scan?.state === 'waiting',
    );
    expect(waiting).toMatchObject({ reason: 'day_quota_spent', finishedAt: null });

    // No settings form of this process: nothing tells the engine but the database.
    const { dataSource, unitOfWork } = await openDatabase(database());
    await unitOfWork.run(() =>
      unitOfWork.repository(VirusTotalSettings).update({ id: 1 }, { requestsPerDay: 100 }),
    );
    await dataSource.destroy();

    const ended = await scanEnded(bench.api, 20_000);
    expect(ended.state).toBe('completed');
    expect(Date.parse(ended.finishedAt)).toBeLessThan(Date.parse(waiting!.waitingUntil!));
  });
});

import { HelperProcess } from '../support/helper-process.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { runTold } from '../support/notification/told-run.js';

describeOnEachDatabase('1,000 alerts over 5 webhooks, and 20 kills', (database) => {
  afterEach(() => HelperProcess.killAll());

  it('lose nothing, and repeat once a kill and channel at most', async () => {
    const plan = { alerts: 1_000, kills: 20, pauseMs: 3_000, seed: 7, patienceMs: 600_000 };
    const result = await runTold({ ...plan, database: database() });
    console.log(result);
    expect(result).toMatchObject({ violations: [], lost: [], alerts: 1_000, kills: 20 });
  }, 1_200_000);
});

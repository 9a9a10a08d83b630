import { HelperProcess } from '../support/helper-process.js';
import { runTold, type ToldPlan } from '../support/notification/told-run.js';
import { temporarySqlite } from '../support/open-database.js';

const PLAN: Omit<ToldPlan, 'database'> = {
  alerts: 40,
  kills: 3,
  pauseMs: 1_000,
  seed: 7,
  patienceMs: 120_000,
};

describe('alerts that five webhooks are told of, while the server is killed', () => {
  afterEach(() => HelperProcess.killAll());

  it('reach every one of them, also with kills; an outbox outside of the transaction is found', async () => {
    const [database, other] = [temporarySqlite(), temporarySqlite()];
    const [right, wrong] = await Promise.all([
      runTold({ ...PLAN, database }),
      runTold({ ...PLAN, database: other, fault: 'outbox_outside_transaction' }),
    ]);
    await Promise.all([database.drop(), other.drop()]);

    expect(right).toMatchObject({ violations: [], lost: [], alerts: PLAN.alerts, kills: 3 });
    expect(right.refused).toBeGreaterThan(0);
    expect(wrong.lost.length).toBeGreaterThan(0);
  }, 240_000);
});

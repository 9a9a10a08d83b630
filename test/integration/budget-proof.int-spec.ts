import * as fc from 'fast-check';
import { BudgetProcess } from '../support/budget-process.js';
import { type BudgetScenario, budgetScenarios } from '../support/budget-scenarios.js';
import {
  arrivalsOf,
  brokenLimits,
  SteppedClock,
  type StartProcess,
} from '../support/budget-simulation.js';
import { cases } from '../support/cases.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { budgetWith, type Fault } from '../support/faulty-budgets.js';
import { type OpenDatabase, withMigratedDatabase } from '../support/open-database.js';
import type { QuotaLimits } from '../support/virustotal-stand-in/quota.js';

/**
 * What any budget must keep: no sliding minute, no UTC day and no UTC month, as the server sees
 * requests arrive, holds more than its limit; however long they travel, whenever processes are
 * killed, and (where no midnight is near) however the wall clock is stepped.
 * @param prepare an empty database and the processes on it
 */
function neverAboveALimit(
  given: fc.Arbitrary<BudgetScenario>,
  prepare: (limits: QuotaLimits) => StartProcess | Promise<StartProcess>,
) {
  return fc.asyncProperty(given, async (scenario) => {
    const machine = new SteppedClock(new Date(scenario.startsAt).toISOString());
    const arrivals = await arrivalsOf(await prepare(scenario.limits), scenario, machine);
    return arrivals.length > 0 && brokenLimits(arrivals, scenario.limits).length === 0;
  });
}

describe('The property of every limit', () => {
  jest.setTimeout(60_000);

  // The seed is fixed, since a fault that is planted has to be found each time.
  const check = (fault: Fault | null) =>
    fc.check(
      neverAboveALimit(budgetScenarios(1), (limits) => budgetWith(fault, limits)),
      { numRuns: cases(100), seed: 20_261_124 },
    );

  it.each<[string, Fault]>([
    ['counts the minute by a fixed window', 'fixed_window'],
    ['frees a place 60 s after it was taken', 'freed_since_taken'],
    ['forgets its places at a restart', 'not_persisted'],
    ['counts the day where the machine stands', 'day_is_local'],
    ['counts a request in the day of its sending alone', 'day_of_sending'],
  ])('finds a budget that %s', async (_name, fault) => {
    expect(await check(fault)).toMatchObject({
      failed: true,
      errorInstance: { message: 'Property failed by returning false' },
    });
  });

  it('finds nothing in a budget without these faults', async () => {
    expect(await check(null)).toMatchObject({ failed: false });
  });
});

describeOnEachDatabase('The budget', (database) => {
  let open: OpenDatabase;
  withMigratedDatabase(database, (opened) => {
    open = opened;
  });

  const emptyWith = async ({ perMinute, perDay, perMonth }: QuotaLimits): Promise<StartProcess> => {
    await new BudgetProcess(open.dataSource, new SteppedClock()).begin({
      requestsPerMinute: perMinute,
      requestsPerDay: perDay,
      requestsPerMonth: perMonth,
      reservePercent: 0,
    });
    return (clock) => new BudgetProcess(open.dataSource, clock);
  };

  it.each([
    ['one process', 1, 45],
    ['two processes on one database', 2, 24],
  ])(
    'is never exceeded by %s, through long travel, kills and steps of the wall clock',
    async (_name, processes, onSqlite) => {
      const numRuns = cases(database().kind === 'sqlite' ? onSqlite : onSqlite / 3);
      await fc.assert(neverAboveALimit(budgetScenarios(processes), emptyWith), { numRuns });
    },
    60_000,
  );
});

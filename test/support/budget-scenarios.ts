import * as fc from 'fast-check';
import type { Incident, Scenario } from './budget-simulation.js';
import type { QuotaLimits } from './virustotal-stand-in/quota.js';

const MINUTE_MS = 60_000;
const LENGTH_MS = 4 * MINUTE_MS;
/** Where the wall clock may be stepped: far from every midnight, and in the middle of a month. */
const NOON = Date.parse('2026-11-15T12:00:00Z');
const LAST_OF_MONTH = Date.parse('2026-11-30T00:00:00Z');
/** When the month's last day ends in UTC (the one that counts), Helsinki, Beijing and New York. */
const MIDNIGHT_HOURS = [24, 24, 22, 16, 5];

/** One life of a budget's processes, and what they must keep. */
export interface BudgetScenario extends Scenario {
  limits: QuotaLimits;
  /** True time, ms since 1970. */
  startsAt: number;
}

const upTo = (max: number) => fc.integer({ min: 0, max });
const travelMs = fc.oneof(upTo(500), upTo(25_000));

const restart: fc.Arbitrary<Incident> = fc.record({
  kind: fc.constant('restart' as const),
  atMs: upTo(LENGTH_MS),
  process: upTo(1),
});
const step: fc.Arbitrary<Incident> = fc.record({
  kind: fc.constant('step' as const),
  atMs: upTo(LENGTH_MS),
  // Back by any amount; forward by no more than a start allows for, summed up.
  byMs: fc.oneof(fc.integer({ min: -30 * MINUTE_MS, max: 0 }), upTo(2 * MINUTE_MS)),
});

const from1 = (max: number) => fc.integer({ min: 1, max });
const UNSPENT = fc.constant(1_000_000);
const limits: fc.Arbitrary<QuotaLimits> = fc.oneof(
  fc.record({
    perMinute: from1(9),
    perDay: fc.oneof(from1(8), UNSPENT),
    perMonth: fc.oneof(from1(12), UNSPENT),
  }),
  // A minute that binds nobody, so that many are on the way at midnight and a day is spent at once.
  fc.record({ perMinute: fc.constant(600), perDay: from1(6), perMonth: from1(9) }),
);

/**
 * Where a process is, and what happens to it there. A day is counted by the wall clock: while that
 * is stepped across midnight nobody can know the day, so steps have a place of their own.
 */
const course = fc.oneof(
  fc.record({
    startsAt: fc.constant(NOON),
    incidents: fc.array(fc.oneof(restart, step), { maxLength: 4 }),
  }),
  fc.record({
    startsAt: fc
      .tuple(fc.constantFrom(...MIDNIGHT_HOURS), fc.oneof(upTo(LENGTH_MS), upTo(30_000)))
      .map(([hour, beforeMs]) => LAST_OF_MONTH + hour * 60 * MINUTE_MS - beforeMs),
    incidents: fc.array(restart, { maxLength: 3 }),
  }),
);

/** Random lives of one or several processes on one database. */
export function budgetScenarios(processes: number): fc.Arbitrary<BudgetScenario> {
  const always = fc.record({
    limits,
    travels: fc.array(fc.record({ toServer: travelMs, fromServer: travelMs }), {
      minLength: 1,
      maxLength: 7,
    }),
    processes: fc.constant(processes),
    inFlight: fc.integer({ min: 1, max: 4 }),
    lengthMs: fc.constant(LENGTH_MS),
  });
  return fc.tuple(always, course).map(([scenario, its]) => ({ ...scenario, ...its }));
}

import { makeGround } from '../support/chaos/ground.js';
import { type ChaosEvent, FACTOR, type KillEvent, type RoundPlan } from '../support/chaos/plan.js';
import { runRound } from '../support/chaos/round.js';
import type { PlantedFault } from '../support/server/server-options.js';

const kill = (step: KillEvent['step'], nth: number): ChaosEvent => {
  return { kind: 'kill', step, nth, afterMs: 0, victim: 0 };
};

const base: Omit<RoundPlan, 'name' | 'events'> = {
  setUp: 'sqlite',
  seed: 7,
  platforms: 8,
  flagged: [2, 3, 5, 7],
  perMinute: 40,
  perDay: 5_000,
  beginsAt: '2026-11-24T08:00:00Z',
};

const few = { perMinute: 4, platforms: 4, flagged: [2] };

type Given = Partial<RoundPlan> & Pick<RoundPlan, 'events'>;

/** Short rounds in which each fault must show, and what the proof says of it. */
const PLANTED: [PlantedFault, Given, RegExp][] = [
  [
    'budget_not_persisted',
    // So slow that a process is back within the minute, however busy the machine is.
    {
      ...few,
      factor: 2,
      patienceMs: 1_000,
      events: [kill('after_answer', 2), kill('after_answer', 2)],
    },
    /requests in a sliding minute of 4/,
  ],
  [
    'fixed_window',
    { perMinute: 8, activatesAtSecond: 30, events: [] },
    /requests in a sliding minute of 8/,
  ],
  [
    'does_not_resume',
    { events: [kill('collecting', 1), kill('collecting', 1)] },
    /submissions more than platforms after 2 kills/,
  ],
  [
    'alert_outside_transaction',
    { flagged: [1, 2, 3, 4, 5, 6, 7, 8], events: [kill('inside_transaction', 1)] },
    /alerts without their verdicts/,
  ],
];

describe('the proof of kills and outages', () => {
  // Each waits for its clock most of the time.
  it.concurrent.each(PLANTED)(
    'finds the planted fault %s, and nothing in the same round without it',
    async (fault, given, told) => {
      const ground = await makeGround('sqlite');
      const plan = { ...base, ...given, name: fault };
      const [wrong, right] = await Promise.all([
        runRound({ ...plan, fault }, ground),
        // Else only the speed differs, so that this one ends soon, and is waited for.
        runRound({ ...plan, factor: FACTOR, patienceMs: undefined }, ground),
      ]);

      expect(wrong.violations.join('\n')).toMatch(told);
      expect(right.violations).toEqual([]);
      expect(right.kills).toEqual(
        plan.events.map((event) => (event.kind === 'kill' ? event.step : null)),
      );
    },
    200_000,
  );
});

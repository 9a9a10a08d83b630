import * as fc from 'fast-check';
import {
  ANALYSIS_DEADLINE_MS,
  BREAKER_FAULTS,
  breakerPauseMs,
  FAULT_SPAN_MS,
  FAULTS_TO_FAIL,
  FIRST_LOOK_MS,
  areFaultsEnough,
  leftUntilDueMs,
  LONGEST_DELAY_MS,
  hasWorkedSince,
  inFlightBound,
  isLate,
  learnedLookMs,
  lookAgainMs,
  nextLookMs,
  NOT_FOUND_PATIENCE_MS,
  notFoundPauseMs,
  ownFaultPauseMs,
  ownFaults,
  quotaPauseMs,
  retryPauseMs,
  serviceFaults,
} from './pace.rules.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** Looks at analyses that take so long, one after the other, and learns. */
function learn(durations: readonly number[]): { early: number; lookMs: number } {
  let lookMs = FIRST_LOOK_MS;
  let early = 0;
  for (const duration of durations) {
    const isCompleted = duration <= lookMs;
    if (!isCompleted) early += 1;
    lookMs = learnedLookMs(lookMs, isCompleted);
  }
  return { early, lookMs };
}

describe('learnedLookMs', () => {
  it('is later after a look that was too early, and a little sooner after one in time', () => {
    expect(learnedLookMs(20 * SECOND, false)).toBe(25 * SECOND);
    expect(learnedLookMs(20 * SECOND, true)).toBe(19.4 * SECOND);
  });

  it('stays between 15 s and 5 min, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 500 }), (completed) => {
        const looks = completed.reduce<number[]>(
          (all, was) => [...all, learnedLookMs(all.at(-1)!, was)],
          [FIRST_LOOK_MS],
        );
        expect(Math.min(...looks)).toBeGreaterThanOrEqual(15 * SECOND);
        expect(Math.max(...looks)).toBeLessThanOrEqual(5 * MINUTE);
      }),
    );
  });

  it('reaches its bounds', () => {
    expect(learn(Array<number>(200).fill(1)).lookMs).toBe(15 * SECOND);
    expect(learn(Array<number>(200).fill(HOUR)).lookMs).toBe(5 * MINUTE);
  });

  it('settles where about one first look in eight is too early, however many are slow', () => {
    const mixture = fc.record({
      // Most take about so long, give or take; some take so much longer.
      meanMs: fc.integer({ min: 25 * SECOND, max: 60 * SECOND }),
      spread: fc.double({ min: 0.05, max: 0.35, noNaN: true }),
      slowMs: fc.integer({ min: 80 * SECOND, max: 200 * SECOND }),
      slowShare: fc.double({ min: 0, max: 0.5, noNaN: true }),
      draws: fc.infiniteStream(chance),
    });
    fc.assert(
      fc.property(mixture, ({ meanMs, spread, slowMs, slowShare, draws }) => {
        const draw = () => draws.next().value as number;
        const durations = Array.from({ length: 600 }, () =>
          draw() < slowShare ? slowMs : meanMs * (1 - spread + 2 * spread * draw()),
        );
        const share = learn(durations).early / durations.length;
        expect(share).toBeGreaterThan(0.1);
        expect(share).toBeLessThan(0.14);
      }),
      { numRuns: 60 },
    );
  });

  it('wastes no look on analyses that are always quick', () => {
    expect(learn(Array<number>(100).fill(12 * SECOND)).early).toBe(0);
  });

  it('needs at most 2.3 requests a platform with one slow analysis in ten', () => {
    const durations = Array.from({ length: 600 }, (_, i) =>
      i % 10 === 7 ? 90 * SECOND : (25 + 10 * Math.sin(i * 2.399)) * SECOND,
    );
    let looks = 0;
    let lookMs = FIRST_LOOK_MS;
    for (const duration of durations) {
      lookMs = learnedLookMs(lookMs, duration <= lookMs);
      let ageMs = lookMs;
      for (looks += 1; ageMs < duration; looks += 1) ageMs += nextLookMs(ageMs);
    }
    expect(1 + looks / durations.length).toBeLessThan(2.3);
  });
});

describe('nextLookMs', () => {
  it.each([
    [1 * SECOND, 15 * SECOND],
    [20 * SECOND, 40 * SECOND],
    [60 * SECOND, 120 * SECOND],
    [10 * MINUTE, 4 * MINUTE],
  ])('leaves an analysis of %i ms alone for %i ms', (ageMs, pauseMs) => {
    expect(nextLookMs(ageMs)).toBe(pauseMs);
  });

  it('gets to the deadline in few looks', () => {
    let looks = 1;
    for (let age = FIRST_LOOK_MS; age < ANALYSIS_DEADLINE_MS; looks += 1) age += nextLookMs(age);
    expect(looks).toBeLessThanOrEqual(8);
  });
});

describe('a late analysis', () => {
  it.each([
    [ANALYSIS_DEADLINE_MS - 1, 9, false],
    [ANALYSIS_DEADLINE_MS, 3, true],
    // A clock that was set forward: old at once, and hardly looked at.
    [20 * MINUTE, 0, false],
    [20 * MINUTE, 2, false],
  ])('at %i ms after %i looks: %s', (ageMs, looks, late) => {
    expect(isLate(ageMs, looks)).toBe(late);
  });

  it.each([
    [60 * SECOND, 120 * SECOND],
    [13 * MINUTE, 2 * MINUTE],
    [ANALYSIS_DEADLINE_MS - 1, 15 * SECOND],
    [20 * MINUTE, 15 * SECOND],
    [-20 * MINUTE, 15 * SECOND],
  ])('of %i ms is looked at again after %i ms', (ageMs, pauseMs) => {
    expect(lookAgainMs(ageMs)).toBe(pauseMs);
  });

  it('has had its looks before, unless the clock was set forward', () => {
    let looks = 1;
    for (let age = FIRST_LOOK_MS; age < ANALYSIS_DEADLINE_MS; looks += 1) age += lookAgainMs(age);
    expect(isLate(ANALYSIS_DEADLINE_MS, looks)).toBe(true);
  });
});

describe('pauses', () => {
  it.each([
    [1, 0, undefined, 11_250],
    [2, 0, undefined, 22_500],
    [3, 0, undefined, 45_000],
    [100, 0, undefined, 7.5 * MINUTE],
    [1, 0, 2 * MINUTE, 2 * MINUTE],
    [1, 0, 5 * SECOND, 11_250],
    [1, 0, 24 * HOUR, HOUR],
  ])('after %i faults with chance %d and Retry-After %s is %d ms', (faults, luck, after, ms) => {
    expect(retryPauseMs(faults, luck, after)).toBe(ms);
  });

  it('before a retry grow, with a quarter of jitter, to ten minutes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), chance, (faults, luck) => {
        const full = Math.min(10 * MINUTE, 15 * SECOND * 2 ** (faults - 1));
        expect(retryPauseMs(faults, luck)).toBeGreaterThanOrEqual(0.75 * full);
        expect(retryPauseMs(faults, luck)).toBeLessThanOrEqual(full);
      }),
    );
  });

  it('of the breaker grow to half an hour', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 1000].map((openings) => breakerPauseMs(openings, 0));
    expect(pauses.map((ms) => ms / (0.75 * MINUTE))).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
  });

  it.each([
    [1, undefined, MINUTE],
    [2, undefined, 2 * MINUTE],
    [50, undefined, HOUR],
    [1, 120 * SECOND, 120 * SECOND],
    [3, 120 * SECOND, 4 * MINUTE],
    [1, 24 * HOUR, HOUR],
  ])('after %i refusals with Retry-After %s are %i ms', (refusals, after, ms) => {
    expect(quotaPauseMs(refusals, after)).toBe(ms);
  });

  it('give an analysis that is not known yet several looks within its minute', () => {
    expect(NOT_FOUND_PATIENCE_MS / notFoundPauseMs()).toBeGreaterThanOrEqual(3);
  });
});

describe('faults in a row', () => {
  const firstFaultAt = new Date('2026-03-02T09:00:00.000Z');
  it.each([
    ['none yet', { faults: 0, firstFaultAt: null }, 1, 1],
    ['some of the service', { faults: 3, firstFaultAt }, 4, 1],
    ['some of our own', { faults: 3, firstFaultAt: null }, 1, 4],
  ])('%s', (_, row, ofService, own) => {
    expect(serviceFaults(row)).toBe(ofService);
    expect(ownFaults(row)).toBe(own);
  });

  it('of our own halt the engine for 5 s, doubling up to a minute', () => {
    const seconds = [1, 2, 3, 4, 5, 6, 500].map((faults) => ownFaultPauseMs(faults) / SECOND);
    expect(seconds).toEqual([5, 10, 20, 40, 60, 60, 60]);
  });
});

describe('leftUntilDueMs', () => {
  const now = new Date('2026-11-25T10:00:00.000Z');
  it.each<[string, Date | null, number]>([
    ['no time of its own', null, 0],
    ['a time that is over', new Date(now.getTime() - 1), 0],
    ['a time to come', new Date(now.getTime() + 5000), 5000],
    ['the longest delay', new Date(now.getTime() + LONGEST_DELAY_MS), LONGEST_DELAY_MS],
    ['a time before the clock was set back', new Date(now.getTime() + LONGEST_DELAY_MS + 1), 0],
  ])('of %s', (_, dueAt, ms) => {
    expect(leftUntilDueMs(dueAt, now)).toBe(ms);
  });
});

describe('a task that has faults', () => {
  const first = HOUR;
  const late = first + FAULT_SPAN_MS;
  it.each<[string, number, number, boolean]>([
    ['enough over long enough', FAULTS_TO_FAIL, late, true],
    ['one too few', FAULTS_TO_FAIL - 1, late, false],
    ['too soon', FAULTS_TO_FAIL, late - 1, false],
  ])('has had %s: %#', (_, faults, now, expected) => {
    expect(areFaultsEnough(faults, first, now)).toBe(expected);
  });

  it.each<[string, number | null, boolean]>([
    ['succeeded since', first + 1, true],
    ['succeeded last when it had its first', first, false],
    ['never succeeded', null, false],
  ])('while others %s', (_, lastSuccess, expected) => {
    expect(hasWorkedSince(first, lastSuccess)).toBe(expected);
  });

  it('asks for what the design says', () => {
    expect([FAULTS_TO_FAIL, FAULT_SPAN_MS, BREAKER_FAULTS]).toEqual([4, 15 * MINUTE, 5]);
    expect(ANALYSIS_DEADLINE_MS).toBe(15 * MINUTE);
  });
});

describe('inFlightBound', () => {
  it.each([
    [4, 300, 1],
    [4, 60_000, 1],
    [60, 60_000, 1],
    [240, 500, 4],
    [3000, 200, 20],
    [3000, 1, 1],
    [60_000, 0, 1],
    [60_000, 60_000, 200],
  ])('is for %d a minute that take %d ms: %d', (perMinute, latencyMs, bound) => {
    expect(inFlightBound(perMinute, latencyMs)).toBe(bound);
  });
});

import { BudgetPlace } from './budget-place.entity.js';
import { HeldPlaces } from './held-places.js';

const MINUTE = 60_000;
const WALL = Date.parse('2026-11-24T09:00:00.000Z');
/** A row as the database has it, its answer so many ms before {@link WALL}. */
const row = (id: number, answeredMsAgo: number | null): BudgetPlace =>
  Object.assign(new BudgetPlace(), {
    id,
    size: 1,
    takenAt: new Date(WALL - 1000),
    answeredAt: answeredMsAgo === null ? null : new Date(WALL - answeredMsAgo),
  });
const ids = (rows: BudgetPlace[]) => rows.map(({ id }) => id);

describe('HeldPlaces', () => {
  let held: HeldPlaces;
  beforeEach(() => {
    held = new HeldPlaces();
  });

  it('holds a place of ours while it is on its way, and a minute from its answer on', () => {
    held.taken(1);
    expect(held.expired([row(1, null)], 10 * MINUTE, WALL)).toEqual([]);
    expect(held.nextFreeAt(10 * MINUTE)).toBe(Infinity);

    held.answered(1, 10 * MINUTE);
    expect(held.nextFreeAt(10 * MINUTE)).toBe(11 * MINUTE);
    expect(held.expired([row(1, 0)], 11 * MINUTE - 1, WALL)).toEqual([]);
    expect(ids(held.expired([row(1, 0)], 11 * MINUTE, WALL))).toEqual([1]);
  });

  it.each([
    ['not answered', null, 2 * MINUTE],
    ['answered just now', 0, MINUTE],
    ['answered 59 s ago', 59_000, MINUTE],
    ['dated in the future', -3_600_000, MINUTE],
    ['answered a minute ago by a clock that was set forward, it may be', 61_000, MINUTE],
    ['answered eleven minutes ago', 11 * MINUTE, MINUTE],
    ['plainly old', 11 * MINUTE + 1, 0],
  ])('at its start holds one that is %s for as long as it takes', (_, answeredMsAgo, holdMs) => {
    const rows = [row(1, answeredMsAgo)];
    if (holdMs > 0) expect(held.expired(rows, 0, WALL)).toEqual([]);
    if (holdMs > 0) expect(held.expired(rows, holdMs - 1, WALL)).toEqual([]);
    expect(ids(held.expired(rows, holdMs, WALL))).toEqual([1]);
  });

  it.each([-24 * 60 * MINUTE, 24 * 60 * MINUTE])('minds no step of %i ms after that', (stepMs) => {
    held.expired([], 0, WALL);
    const rows = [row(1, 0)];
    expect(held.expired(rows, 0, WALL + stepMs)).toEqual([]);
    expect(held.expired(rows, MINUTE - 1, WALL - stepMs)).toEqual([]);
    expect(ids(held.expired(rows, MINUTE, WALL + stepMs))).toEqual([1]);
  });

  it("holds another process' place a minute from when it was first seen answered", () => {
    held.expired([], 0, WALL);
    held.expired([row(1, null)], 1000, WALL);
    held.expired([row(1, 30_000)], 31_000, WALL);
    expect(held.nextFreeAt(31_000)).toBe(91_000);
    expect(held.expired([row(1, 60_000)], 90_999, WALL)).toEqual([]);
    expect(ids(held.expired([row(1, 60_000)], 91_000, WALL))).toEqual([1]);
  });

  it("gives up another process' place that is never answered after two minutes", () => {
    held.expired([], 0, WALL);
    held.expired([row(1, null)], 1000, WALL);
    expect(held.expired([row(1, null)], 120_999, WALL)).toEqual([]);
    expect(ids(held.expired([row(1, null)], 121_000, WALL))).toEqual([1]);
  });

  it('looks forward only, past places that are free already', () => {
    held.answered(1, 0);
    held.answered(2, 5000);
    expect(held.nextFreeAt(0)).toBe(MINUTE);
    expect(held.nextFreeAt(MINUTE)).toBe(MINUTE + 5000);
    expect(held.nextFreeAt(2 * MINUTE)).toBe(Infinity);
  });

  it.each(['ours', 'not ours'])('forgets a place that is gone and was %s', (whose) => {
    if (whose === 'ours') held.answered(1, 0);
    else held.expired([row(1, 0)], 0, WALL);
    held.expired([], MINUTE, WALL);
    // Seen again, it would be another process' and new.
    expect(held.expired([row(1, 0)], MINUTE, WALL)).toEqual([]);
  });

  it('does not forget a place that is on its way because its row is gone', () => {
    held.taken(1);
    held.expired([], MINUTE, WALL);
    held.answered(1, MINUTE);
    expect(held.nextFreeAt(MINUTE)).toBe(2 * MINUTE);
  });
});

import type { BudgetPlace } from './budget-place.entity.js';
import { MINUTE_MS } from './budget.rules.js';

/** How long a place of another process counts if it is never answered: on its way, then a minute. */
const FOREIGN_FLIGHT_MS = 120_000;

/**
 * By how much the wall clock may have been set forward before a start, ms. A place that was
 * answered a moment ago then looks that much older, so only older ones are dropped at once.
 */
const CLOCK_STEP_MS = 10 * 60_000;

interface Hold {
  /** On the monotonic clock; Infinity while a request of ours is in flight. */
  until: number;
  isOurs: boolean;
  wasAnswered: boolean;
}

/**
 * Until when each place counts, on this process' monotonic clock. The wall clock can be stepped
 * and other processes' clocks are not ours, so a place that this process did not take counts 60 s
 * from the moment it was first seen answered here.
 */
export class HeldPlaces {
  private readonly holds = new Map<number, Hold>();
  private isStarted = false;

  /** A place of ours was taken. */
  taken(id: number): void {
    this.holds.set(id, { until: Number.POSITIVE_INFINITY, isOurs: true, wasAnswered: false });
  }

  /** The last request of a place of ours was answered, or given up. */
  answered(id: number, nowMs: number): void {
    this.holds.set(id, { until: nowMs + MINUTE_MS, isOurs: true, wasAnswered: true });
  }

  /**
   * Looks at every place in the database.
   * @param nowMs monotonic
   * @param wallMs wall clock; used at the first look alone, to drop what is plainly old
   * @returns the places that count no more
   */
  expired(rows: readonly BudgetPlace[], nowMs: number, wallMs: number): BudgetPlace[] {
    const isFirstLook = !this.isStarted;
    this.isStarted = true;
    const present = new Set(rows.map((row) => row.id));
    for (const [id, hold] of this.holds) {
      // One of ours may be gone as well: whichever process sees it expired first deletes it.
      const isOver = !hold.isOurs || hold.until <= nowMs;
      if (!present.has(id) && isOver) this.holds.delete(id);
    }
    return rows.filter((row) => {
      const hold = this.holdOf(row, nowMs, wallMs, isFirstLook);
      return hold.until <= nowMs;
    });
  }

  /** When the next place that is still held comes free, monotonic; Infinity when all are in flight. */
  nextFreeAt(nowMs: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { until } of this.holds.values()) if (until > nowMs) next = Math.min(next, until);
    return next;
  }

  private holdOf(row: BudgetPlace, nowMs: number, wallMs: number, isFirstLook: boolean): Hold {
    const known = this.holds.get(row.id);
    if (known?.isOurs) return known;
    const isAnswered = row.answeredAt !== null;
    if (known && (known.wasAnswered || !isAnswered)) return known;
    const hold: Hold = {
      until: nowMs + this.foreignHoldMs(row, wallMs, isFirstLook),
      isOurs: false,
      wasAnswered: isAnswered,
    };
    this.holds.set(row.id, hold);
    return hold;
  }

  private foreignHoldMs(row: BudgetPlace, wallMs: number, isFirstLook: boolean): number {
    // Its process may live, and the request be on its way for as long as any request may.
    if (!row.answeredAt) return FOREIGN_FLIGHT_MS;
    const ageMs = wallMs - row.answeredAt.getTime();
    return isFirstLook && ageMs > MINUTE_MS + CLOCK_STEP_MS ? 0 : MINUTE_MS;
  }
}

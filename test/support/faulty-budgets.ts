import { MINUTE_MS } from '../../src/virustotal/budget.rules.js';
import type { ProcessClock, SimulatedBudget, StartProcess } from './budget-simulation.js';

interface Place {
  freeAtMs: number;
}

/** What is planted: each of these breaks the limit of a sliding minute in its own way. */
export type Fault =
  /** So many in each whole minute of the wall clock. */
  | 'fixed_window'
  /** A place comes free 60 s after it was taken, however long the request was on its way. */
  | 'freed_since_taken'
  /** A new process knows nothing of the places of the one before. */
  | 'not_persisted';

/**
 * Budgets in memory that are right but for one fault; without one, right. Their "database" is an
 * array that outlives their processes.
 * @param perMinute the limit that they are to keep
 */
export function budgetWith(fault: Fault | null, perMinute: number): StartProcess {
  const kept: Place[] = [];
  const windows = new Map<number, number>();
  return (clock) => {
    if (fault === 'fixed_window') return fixedWindow(clock, windows, perMinute);
    if (fault === 'not_persisted') return slidingMinute(clock, [], perMinute, false);
    // A new process' monotonic clock begins anew, so what it finds counts a minute from now.
    for (const place of kept) place.freeAtMs = MINUTE_MS;
    return slidingMinute(clock, kept, perMinute, fault === 'freed_since_taken');
  };
}

function fixedWindow(
  clock: ProcessClock,
  windows: Map<number, number>,
  perMinute: number,
): SimulatedBudget {
  return {
    take: () => {
      const now = clock.now().getTime();
      const window = Math.floor(now / MINUTE_MS);
      const used = windows.get(window) ?? 0;
      if (used >= perMinute) {
        return Promise.resolve({ place: null, waitMs: (window + 1) * MINUTE_MS - now });
      }
      windows.set(window, used + 1);
      return Promise.resolve({ place: {} });
    },
    answered: () => Promise.resolve(),
  };
}

function slidingMinute(
  clock: ProcessClock,
  places: Place[],
  perMinute: number,
  isFreedSinceTaken: boolean,
): SimulatedBudget<Place> {
  return {
    take: () => {
      const now = clock.monotonicMs();
      const held = places.filter(({ freeAtMs }) => freeAtMs > now);
      if (held.length >= perMinute) {
        const waitMs = Math.min(...held.map(({ freeAtMs }) => freeAtMs)) - now;
        return Promise.resolve({ place: null, waitMs: Number.isFinite(waitMs) ? waitMs : 250 });
      }
      const place = { freeAtMs: isFreedSinceTaken ? now + MINUTE_MS : Infinity };
      places.splice(0, places.length, ...held, place);
      return Promise.resolve({ place });
    },
    answered: (place) => {
      if (!isFreedSinceTaken) place.freeAtMs = clock.monotonicMs() + MINUTE_MS;
      return Promise.resolve();
    },
  };
}

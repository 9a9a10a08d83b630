import { setTimeout as delay } from 'node:timers/promises';

/** A handle of {@link Clock.setInterval}: what SchedulerRegistry keeps and clears. */
export type IntervalHandle = ReturnType<typeof setInterval>;

/**
 * The only source of time. Everything that asks for the time, waits or repeats does it here, so
 * that tests can put in a faster clock.
 */
export abstract class Clock {
  /** Wall-clock time. It can be stepped by the operator or NTP: never measure a span with it. */
  abstract now(): Date;

  /** Milliseconds on a clock that only goes forward; its zero means nothing. */
  abstract monotonicMs(): number;

  /** Resolves after `ms` milliseconds, or at once when `signal` aborts (it never rejects). */
  abstract sleep(ms: number, signal?: AbortSignal): Promise<void>;

  /** Calls `callback` every `ms` milliseconds until the handle is cleared. */
  abstract setInterval(callback: () => void, ms: number): IntervalHandle;

  /** How long a timer outside this clock has to be set, such as a queue's, to last `ms` on it. */
  abstract timerMs(ms: number): number;
}

/** Longest period that Node's timers take; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. */
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }

  monotonicMs(): number {
    return performance.now();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    try {
      await delay(Math.min(Math.max(0, ms), MAX_TIMER_MS), undefined, { signal });
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  }

  setInterval(callback: () => void, ms: number): IntervalHandle {
    return setInterval(callback, Math.min(ms, MAX_TIMER_MS));
  }

  timerMs(ms: number): number {
    return ms;
  }
}

/**
 * A clock that runs `factor` times as fast as the machine's, from `epoch` on. Only code can put it
 * in (no environment variable does): it exists so that a test can live through hours in seconds.
 */
export class ScaledClock extends Clock {
  private readonly startedAt = performance.now();

  constructor(
    readonly factor: number,
    private readonly epochMs: number = Date.now(),
  ) {
    super();
  }

  now(): Date {
    return new Date(this.epochMs + this.monotonicMs());
  }

  monotonicMs(): number {
    return (performance.now() - this.startedAt) * this.factor;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new SystemClock().sleep(ms / this.factor, signal);
  }

  setInterval(callback: () => void, ms: number): IntervalHandle {
    return new SystemClock().setInterval(callback, ms / this.factor);
  }

  timerMs(ms: number): number {
    return ms / this.factor;
  }
}

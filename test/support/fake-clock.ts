import { Clock, type IntervalHandle } from '../../src/config/clock.js';

interface Timer {
  dueMs: number;
  fire: () => void;
  /** Null for a sleep, which fires once. */
  periodMs: number | null;
  isGone: () => boolean;
}

const NEVER_MS = 2 ** 31 - 1;

/**
 * A clock that stands still until a test moves it. Whatever the database waits for (a lost
 * deadlock, a busy file) waits on it as well, so tests of several writers take another clock.
 */
export class FakeClock extends Clock {
  private readonly timers = new Set<Timer>();
  private readonly startMs: number;
  private elapsedMs = 0;
  private setMs = 0;

  constructor(start = '2026-03-02T09:00:00.000Z') {
    super();
    this.startMs = Date.parse(start);
  }

  now(): Date {
    return new Date(this.startMs + this.elapsedMs + this.setMs);
  }

  /** Somebody sets the wall clock, by so much; no time goes by. */
  set(byMs: number): void {
    this.setMs += byMs;
  }

  timerMs(ms: number): number {
    return ms;
  }

  monotonicMs(): number {
    return this.elapsedMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0 || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = {
        dueMs: this.elapsedMs + ms,
        fire: resolve,
        periodMs: null,
        isGone: () => false,
      };
      this.timers.add(timer);
      signal?.addEventListener('abort', () => {
        this.timers.delete(timer);
        resolve();
      });
    });
  }

  setInterval(callback: () => void, ms: number): IntervalHandle {
    // A real handle, since clearInterval must take it; it never fires by itself.
    const handle = setInterval(() => undefined, NEVER_MS).unref();
    this.timers.add({
      dueMs: this.elapsedMs + ms,
      fire: callback,
      periodMs: ms,
      isGone: () => (handle as unknown as { _destroyed: boolean })._destroyed,
    });
    return handle;
  }

  /** How many sleeps and intervals wait for the clock to move. */
  get waiting(): number {
    this.forgetCleared();
    return this.timers.size;
  }

  /**
   * Moves time on by `ms`, and on its way ends every sleep and fires every interval that falls due,
   * in order. After each it lets what was waiting run, as far as that waits for no I/O.
   */
  async advance(ms: number): Promise<void> {
    const untilMs = this.elapsedMs + ms;
    for (let timer = this.next(untilMs); timer; timer = this.next(untilMs)) {
      this.elapsedMs = timer.dueMs;
      await this.fire(timer, timer.dueMs);
    }
    this.elapsedMs = untilMs;
    await turn();
  }

  /** Moves time on at once, as when the machine slept: what fell due meanwhile fires once, then. */
  async skip(ms: number): Promise<void> {
    this.elapsedMs += ms;
    const due = [...this.timers].filter((timer) => timer.dueMs <= this.elapsedMs);
    due.sort((a, b) => a.dueMs - b.dueMs);
    for (const timer of due) if (!timer.isGone()) await this.fire(timer, this.elapsedMs);
    await turn();
  }

  private async fire(timer: Timer, atMs: number): Promise<void> {
    if (timer.periodMs === null) this.timers.delete(timer);
    else timer.dueMs = atMs + timer.periodMs;
    timer.fire();
    await turn();
  }

  private next(untilMs: number): Timer | undefined {
    this.forgetCleared();
    const due = [...this.timers].filter((timer) => timer.dueMs <= untilMs);
    return due.sort((a, b) => a.dueMs - b.dueMs)[0];
  }

  private forgetCleared(): void {
    for (const timer of this.timers) if (timer.isGone()) this.timers.delete(timer);
  }
}

/** One turn of the event loop: promises that wait for nothing else have gone on by then. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

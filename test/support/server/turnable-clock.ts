import { Clock, type IntervalHandle, SystemClock } from '../../../src/config/clock.js';

/** How often an interval looks whether it is due, real ms: its clock may be turned meanwhile. */
const LOOK_MS = 20;

/** From `virtualMs` at `realMs` on, so many virtual ms in a real one. */
interface Stretch {
  virtualMs: number;
  realMs: number;
  factor: number;
}

/**
 * A clock that runs `factor` times as fast as the machine's, and that a test may turn: to another
 * speed, so that a day of waiting takes seconds, or by stepping the wall clock as an operator does.
 */
export class TurnableClock extends Clock {
  private readonly machine = new SystemClock();
  private stretch: Stretch;
  /** What follows once the stretch has come to a virtual time. */
  private next: { fromMs: number; factor: number } | null = null;
  private turned = new AbortController();
  private steppedMs = 0;

  constructor(
    factor: number,
    private readonly epochMs: number,
  ) {
    super();
    this.stretch = { virtualMs: 0, realMs: performance.now(), factor };
  }

  now(): Date {
    return new Date(this.epochMs + this.steppedMs + this.monotonicMs());
  }

  monotonicMs(): number {
    this.goOn();
    const { virtualMs, realMs, factor } = this.stretch;
    return virtualMs + (performance.now() - realMs) * factor;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const untilMs = this.monotonicMs() + ms;
    while (!signal?.aborted && this.monotonicMs() < untilMs) {
      const stopped = [this.turned.signal, ...(signal ? [signal] : [])];
      await this.machine.sleep(this.realMsTo(untilMs), AbortSignal.any(stopped));
    }
  }

  setInterval(callback: () => void, ms: number): IntervalHandle {
    let dueMs = this.monotonicMs() + ms;
    return this.machine.setInterval(
      () => {
        if (this.monotonicMs() < dueMs) return;
        dueMs = this.monotonicMs() + ms;
        callback();
      },
      Math.min(LOOK_MS, this.timerMs(ms)),
    );
  }

  timerMs(ms: number): number {
    return ms / this.stretch.factor;
  }

  /** Moves the wall clock alone, as an operator or NTP does. */
  step(byMs: number): void {
    this.steppedMs += byMs;
  }

  /**
   * Runs at another speed until a time of the wall clock, ms since 1970, and then goes on at
   * `thenFactor`. Who sleeps notices.
   */
  turn(factor: number, untilMs: number, thenFactor: number): void {
    this.stretch = { virtualMs: this.monotonicMs(), realMs: performance.now(), factor };
    this.next = { fromMs: untilMs - this.epochMs - this.steppedMs, factor: thenFactor };
    const turned = this.turned;
    this.turned = new AbortController();
    turned.abort();
  }

  /** Into the next stretch, from the very instant at which it began. */
  private goOn(): void {
    if (!this.next) return;
    const { virtualMs, realMs, factor } = this.stretch;
    const beginsMs = realMs + Math.max(0, this.next.fromMs - virtualMs) / factor;
    if (performance.now() < beginsMs) return;
    this.stretch = {
      virtualMs: Math.max(virtualMs, this.next.fromMs),
      realMs: beginsMs,
      factor: this.next.factor,
    };
    this.next = null;
  }

  private realMsTo(untilMs: number): number {
    const { factor } = this.stretch;
    const stopMs = this.next ? Math.min(untilMs, this.next.fromMs) : untilMs;
    return Math.max(0, stopMs - this.monotonicMs()) / factor;
  }
}

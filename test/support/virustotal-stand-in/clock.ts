/** Virtual time, in milliseconds since 1970. All quotas, analyses and latencies run on it. */
export interface Clock {
  now(): number;
  /**
   * How many real milliseconds a wait of `virtualMs` takes. Without it nothing waits, which suits
   * a clock that a test moves by hand.
   */
  realMs?(virtualMs: number): number;
}

/** A clock that can be written as JSON: virtual = epoch + (real - real at start) * factor. */
export interface ScaledClock {
  /** Virtual time at the start; default: the real time. */
  epoch?: number;
  /** Virtual milliseconds in a real one; default 1. */
  factor?: number;
  /** The real time at which `epoch` was, so that processes share one time; default: the start. */
  realStart?: number;
}

/** Makes the clock that the option describes; without one, the real time. */
export function clockFrom(option: Clock | ScaledClock = {}): Required<Clock> {
  if ('now' in option) {
    const realMs = (virtualMs: number): number => option.realMs?.(virtualMs) ?? 0;
    return { now: () => option.now(), realMs };
  }
  const factor = option.factor ?? 1;
  const now = Date.now();
  const epoch = (option.epoch ?? now) + (now - (option.realStart ?? now)) * factor;
  // The wall clock gives the start only: it may be set back, performance.now() may not.
  const monotonicStart = performance.now();
  return {
    now: () => Math.floor(epoch + (performance.now() - monotonicStart) * factor),
    realMs: (virtualMs) => virtualMs / factor,
  };
}

/** Timers that can all be ended at once, so that no answer still pending outlives the server. */
export class Timers {
  private readonly pending = new Set<NodeJS.Timeout>();

  /** Calls back after `realMs`; the function that it returns cancels that. */
  after(realMs: number, callback: () => void): () => void {
    const timer = setTimeout(() => {
      this.pending.delete(timer);
      callback();
    }, realMs);
    this.pending.add(timer);
    return () => {
      clearTimeout(timer);
      this.pending.delete(timer);
    };
  }

  /** Resolves after `realMs`, at once if that is 0; never, if the timers are cleared before. */
  async wait(realMs: number): Promise<void> {
    if (realMs <= 0) return;
    await new Promise<void>((resolve) => {
      this.after(realMs, resolve);
    });
  }

  clear(): void {
    for (const timer of this.pending) clearTimeout(timer);
    this.pending.clear();
  }
}

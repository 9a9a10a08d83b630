import { readFileSync } from 'node:fs';

const TICK_MS = 10;

/**
 * Watches how long this process' event loop was held up. Time in which the machine gave its core to
 * others is not the process' own fault, and is left out where the system tells it (Linux).
 */
export class LoopWatch {
  private longestMs = 0;
  private lastMs = performance.now();
  private lastWaitedMs = waitedForCoreMs();

  constructor() {
    setInterval(() => {
      this.tick();
    }, TICK_MS).unref();
  }

  /** The longest time between two ticks since the last call, ms. */
  take(): number {
    this.tick();
    const longest = this.longestMs;
    this.longestMs = 0;
    return longest;
  }

  private tick(): void {
    const nowMs = performance.now();
    const waitedMs = waitedForCoreMs();
    const heldUpMs = nowMs - this.lastMs - (waitedMs - this.lastWaitedMs);
    this.longestMs = Math.max(this.longestMs, heldUpMs);
    this.lastMs = nowMs;
    this.lastWaitedMs = waitedMs;
  }
}

/** How long the main thread was ready to run, and did not get a core, ms; 0 where it is not told. */
function waitedForCoreMs(): number {
  try {
    const [, waitedNs] = readFileSync('/proc/self/schedstat', 'utf8').split(' ');
    return Number(waitedNs) / 1e6;
  } catch {
    return 0;
  }
}

import { readdirSync, readFileSync } from 'node:fs';

const TICK_MS = 10;
const THREADS = '/proc/self/task';
/** Linux gives a process' main thread the process' own id. */
const MAIN = String(process.pid);

/**
 * Watches how long this process' event loop was held up. Time in which the machine gave a core to
 * others is not the process' own fault, and is left out where the system tells it (Linux): its own,
 * and that of a thread that it may have waited for, such as one that collects garbage.
 */
export class LoopWatch {
  private longestMs = 0;
  private lastMs = performance.now();
  private lastWaits = waitsForCore();

  private readonly timer = setInterval(() => {
    this.tick();
  }, TICK_MS).unref();

  /** The longest time between two ticks since the last call, ms. */
  take(): number {
    this.tick();
    const longest = this.longestMs;
    this.longestMs = 0;
    return longest;
  }

  /** The same, and watches no more. */
  stop(): number {
    clearInterval(this.timer);
    return this.take();
  }

  private tick(): void {
    const nowMs = performance.now();
    const waits = waitsForCore();
    const waitedMs = (id: string) => (waits.get(id) ?? 0) - (this.lastWaits.get(id) ?? 0);
    const helpersMs = [...waits.keys()].filter((id) => id !== MAIN).map(waitedMs);
    const heldUpMs = nowMs - this.lastMs - waitedMs(MAIN) - Math.max(0, ...helpersMs);
    this.longestMs = Math.max(this.longestMs, heldUpMs);
    this.lastMs = nowMs;
    this.lastWaits = waits;
  }
}

/** How long each thread was ready to run, and did not get a core, ms; empty where it is not told. */
function waitsForCore(): Map<string, number> {
  try {
    return new Map(readdirSync(THREADS).map((id) => [id, waitOf(id)]));
  } catch {
    return new Map();
  }
}

/** 0 for a thread that has just ended. */
function waitOf(thread: string): number {
  try {
    const [, waitedNs] = readFileSync(`${THREADS}/${thread}/schedstat`, 'utf8').split(' ');
    return Number(waitedNs) / 1e6;
  } catch {
    return 0;
  }
}

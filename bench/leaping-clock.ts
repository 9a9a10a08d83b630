import { SystemClock } from '../src/config/clock.js';

/**
 * The machine's clock, but that it can leap forward. What waits for analyses to ripen then does not
 * wait, while all that is measured in between lives at the machine's own pace.
 */
export class LeapingClock extends SystemClock {
  private leaptMs = 0;

  override now(): Date {
    return new Date(super.now().getTime() + this.leaptMs);
  }

  override monotonicMs(): number {
    return super.monotonicMs() + this.leaptMs;
  }

  leap(ms: number): void {
    this.leaptMs += ms;
  }
}

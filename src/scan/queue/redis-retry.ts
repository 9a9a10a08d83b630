/** How soon a lost connection is tried again at the latest, real ms. */
const LONGEST_RETRY_MS = 1_000;

/**
 * Decides whether a lost connection to Redis is tried again. While it is, whatever was asked waits:
 * a stopping process would wait for ever.
 */
export class RedisRetry {
  private isGivenUp = false;

  /** From now on a connection that is lost stays so, and what waits for it fails. */
  giveUp(): void {
    this.isGivenUp = true;
  }

  /**
   * @param times how often it was tried in a row, from 1
   * @returns real ms until the next try; null when there is to be none
   */
  nextMs(times: number): number | null {
    return this.isGivenUp ? null : Math.min(LONGEST_RETRY_MS, times * 50);
  }
}

import { setImmediate } from 'node:timers/promises';
import { DeliveryError } from '../delivery.error.js';
import type { EndedTry } from './delivery-outcomes.service.js';
import type { LaneTools } from './lane-tools.js';

/** How soon what came of a try is written again when the database did not take it, ms. */
const WRITE_AGAIN_MS = 1_000;

/**
 * One channel's way out: its deliveries one after the other, so that no other channel waits for
 * this one, however slow it is.
 */
export class ChannelLane {
  private failuresInARow = 0;

  constructor(
    private readonly channelId: number,
    private readonly tools: LaneTools,
  ) {}

  /**
   * Sends what there is to send now.
   * @param mostMs what the answer is at most
   * @returns how long nothing is to be done, ms
   */
  async run(mostMs: number, stop: AbortSignal): Promise<number> {
    const { claims } = this.tools;
    while (!stop.aborted) {
      // A database that answers without a wait would leave nobody else a turn.
      await setImmediate();
      const claim = await claims.claim(this.channelId, mostMs);
      if ('waitMs' in claim) return claim.waitMs;
      await this.attempt(claim, stop);
    }
    return mostMs;
  }

  private async attempt(
    claim: Pick<EndedTry, 'delivery' | 'attemptId'>,
    stop: AbortSignal,
  ): Promise<void> {
    const { clock, courier, outcomes } = this.tools;
    const startedMs = clock.monotonicMs();
    const ended = () => ({ ...claim, ms: clock.monotonicMs() - startedMs });
    try {
      const status = await courier.send(claim.delivery);
      const arrived = ended();
      this.failuresInARow = 0;
      await this.write(() => outcomes.delivered(arrived, status), stop);
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      const failed = ended();
      this.failuresInARow += 1;
      const { failuresInARow } = this;
      await this.write(() => outcomes.failed(failed, error, failuresInARow), stop);
    }
  }

  /** What arrived must be known to have arrived, or it is sent again: it is written until it is. */
  private async write(act: () => Promise<void>, stop: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await act();
        return;
      } catch (error) {
        if (stop.aborted) throw error;
        await this.tools.clock.sleep(WRITE_AGAIN_MS, stop);
      }
    }
  }
}

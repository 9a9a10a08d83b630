import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { SecretUnreadableError } from '../../config/secret-box.js';
import { keptSentence } from '../../web/kept-sentence.js';
import { writeFor } from '../../web/reader.js';
import { Channels } from '../channels.service.js';
import { DeliveryError } from '../delivery.error.js';
import type { Delivery } from './delivery.entity.js';
import { messageOf } from './message-body.rules.js';

/** No try takes longer, ms; a claim lasts longer than this. */
const SEND_BOUND_MS = 100_000;

/** Takes one delivery to its channel, once. */
@Injectable()
export class Courier {
  private readonly logger = new Logger('Delivery');

  constructor(
    private readonly clock: Clock,
    private readonly channels: Channels,
  ) {}

  /**
   * @returns the number that the other side answered, if any
   * @throws DeliveryError and nothing else
   */
  async send(delivery: Delivery): Promise<number | null> {
    const isOver = new AbortController();
    const giveUp = new AbortController();
    const bound = this.clock.sleep(SEND_BOUND_MS, isOver.signal).then(() => {
      giveUp.abort();
      throw new DeliveryError(keptSentence('delivery.reason.timeout'));
    });
    try {
      // Whoever woke it with a request is not who reads what it says.
      const handed = writeFor(null, () => this.hand(delivery, giveUp.signal));
      return await Promise.race([handed, bound]);
    } catch (error) {
      if (error instanceof DeliveryError) throw error;
      if (error instanceof SecretUnreadableError) {
        throw new DeliveryError(keptSentence('delivery.reason.unreadable'));
      }
      this.logger.error(`Delivery ${delivery.id} met a fault of Oju's own: ${String(error)}`);
      throw new DeliveryError(keptSentence('delivery.reason.ownFault'));
    } finally {
      bound.catch(() => undefined);
      isOver.abort();
    }
  }

  private async hand(delivery: Delivery, signal: AbortSignal): Promise<number | null> {
    const opened = await this.channels.open(delivery.channelId);
    if (!opened)
      throw new DeliveryError(keptSentence('delivery.reason.deleted'), { isFinal: true });
    const kind = this.channels.kindOf(opened.channel);
    const { status } = await kind.send(opened, messageOf(delivery), signal);
    return status;
  }
}

import { Injectable } from '@nestjs/common';
import { Clock } from '../../../config/clock.js';
import { ChannelKind, type OpenedChannel } from '../../channel-kind.js';
import type { Message } from '../../message.js';
import { JsonDelivery } from '../json-delivery.js';
import type { WebhookConfig } from './webhook.settings.js';
import { signedHeaders, signingSecrets, type WebhookSecret } from './webhook-signature.js';

/** Posts a Standard Webhooks message: signed JSON. */
@Injectable()
export class WebhookKind extends ChannelKind<WebhookConfig, WebhookSecret> {
  readonly kind = 'webhook';

  constructor(
    private readonly delivery: JsonDelivery,
    private readonly clock: Clock,
  ) {
    super();
  }

  async send(
    { config: { url }, secret }: OpenedChannel<WebhookConfig, WebhookSecret>,
    { id, type, timestamp, data }: Message,
    signal: AbortSignal,
  ): Promise<{ status: number | null }> {
    const body = JSON.stringify({ type, timestamp: timestamp.toISOString(), data });
    const now = this.clock.now();
    const headers = await signedHeaders(signingSecrets(secret, now), { id, body, now });
    return this.delivery.post({ url, headers, body, signal });
  }
}

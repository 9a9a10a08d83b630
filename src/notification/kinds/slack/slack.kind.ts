import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import { ChannelKind, type OpenedChannel } from '../../channel-kind.js';
import type { Message } from '../../message.js';
import { messageText } from '../../message-text.js';
import { JsonDelivery } from '../json-delivery.js';
import { slackBody } from './slack-body.js';
import type { SlackConfig, SlackSecret } from './slack.settings.js';

/** Posts to an incoming webhook of Slack, Mattermost or Rocket.Chat. */
@Injectable()
export class SlackKind extends ChannelKind<SlackConfig, SlackSecret> {
  readonly kind = 'slack';

  constructor(
    private readonly delivery: JsonDelivery,
    private readonly config: AppConfig,
  ) {
    super();
  }

  async send(
    { secret: { url } }: OpenedChannel<SlackConfig, SlackSecret>,
    message: Message,
    signal: AbortSignal,
  ): Promise<{ status: number | null }> {
    const body = JSON.stringify(slackBody(messageText(message, this.config.baseUrl)));
    return this.delivery.post({ url, body, signal });
  }
}

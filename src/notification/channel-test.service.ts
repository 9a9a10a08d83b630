import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '../config/clock.js';
import { SecretUnreadableError } from '../config/secret-box.js';
import { readSentence } from '../web/kept-sentence.js';
import { translator } from '../web/translator.js';
import { ChannelConfigs } from './channel-configs.service.js';
import type { Channel } from './channel.entity.js';
import { ChannelService } from './channel.service.js';
import { ChannelTestView } from './channel.view.js';
import { Channels } from './channels.service.js';
import { DeliveryError } from './delivery.error.js';
import type { Message } from './message.js';

const t = translator();

/** The test button: one message to each of a channel's recipients, at once and past the outbox. */
@Injectable()
export class ChannelTest {
  constructor(
    private readonly service: ChannelService,
    private readonly channels: Channels,
    private readonly configs: ChannelConfigs,
    private readonly clock: Clock,
  ) {}

  /** Also of one that is not active. @throws NotFoundError */
  async run(channelId: number): Promise<ChannelTestView> {
    const channel = await this.service.get(channelId);
    const outcome = await this.send(channel);
    await this.service.recordTest(channel, outcome);
    return Object.assign(new ChannelTestView(), outcome);
  }

  private async send(channel: Channel): Promise<ChannelTestView> {
    const recipients = this.configs.addresses(channel) ?? [''];
    if (recipients.length === 0) return failed(t('channel.test.noRecipient'));
    const outcomes = await Promise.all(recipients.map((one) => this.tryOne(channel, one)));
    const [first] = outcomes;
    if (outcomes.length === 1 && first) return first;
    const outcome = outcomes.find(({ delivered }) => !delivered) ?? first;
    if (!outcome || outcome.delivered) return delivered(outcome?.status ?? null);
    const lines = outcomes.map(({ delivered: isThere, reason }, index) => {
      const address = recipients[index] ?? '';
      return isThere
        ? t('channel.test.deliveredTo', { address })
        : t('channel.test.failedTo', { address, reason });
    });
    return failed(lines.join(' '), outcome.status);
  }

  private async tryOne(channel: Channel, recipient: string): Promise<ChannelTestView> {
    try {
      return delivered((await this.sendTo(channel, recipient)).status);
    } catch (error) {
      if (error instanceof DeliveryError) return failed(readSentence(error.reason), error.status);
      if (error instanceof SecretUnreadableError) return failed(t('channel.test.unreadable'));
      throw error;
    }
  }

  private async sendTo(channel: Channel, recipient: string): Promise<{ status: number | null }> {
    const opened = await this.channels.open(channel.id);
    if (!opened) return { status: null };
    const message: Message = {
      id: `test_${randomUUID()}`,
      type: 'channel.test',
      timestamp: this.clock.now(),
      severity: null,
      data: { channel: { id: String(channel.id), name: channel.name } },
      isReminder: false,
      recipient,
    };
    // Each kind bounds its own time.
    return this.channels.kindOf(channel).send(opened, message, new AbortController().signal);
  }
}

function delivered(status: number | null): ChannelTestView {
  return { delivered: true, status, reason: t('channel.test.delivered') };
}

function failed(reason: string, status: number | null = null): ChannelTestView {
  return { delivered: false, status, reason };
}

import { Inject, Injectable } from '@nestjs/common';
import { IsNull, MoreThan, type Repository } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { CHANNEL_KINDS, type ChannelKind, type OpenedChannel } from './channel-kind.js';
import { isSequel, isTold, type MatchedEvent, recipientsOf } from './channel-match.rules.js';
import { ChannelSecrets } from './channel-secrets.service.js';
import { Channel } from './channel.entity.js';
import { settingsOf } from './kinds/kinds.js';

/** The channels that there are. */
@Injectable()
export class Channels {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly secrets: ChannelSecrets,
    @Inject(CHANNEL_KINDS) private readonly kinds: readonly ChannelKind[],
  ) {}

  async isAnyActive(): Promise<boolean> {
    return this.channels.existsBy({ isActive: true, deletedAt: IsNull() });
  }

  /** The active channels whose rules an event meets. */
  async matching(event: MatchedEvent): Promise<Channel[]> {
    const active = await this.channels.findBy({ isActive: true, deletedAt: IsNull() });
    return active.filter((channel) => isTold(channel, event));
  }

  /** The active channels whose rules it does not meet, but who hear of it if they knew its subject. */
  async concerned(event: MatchedEvent): Promise<Channel[]> {
    const active = await this.channels.findBy({ isActive: true, deletedAt: IsNull() });
    return active.filter((channel) => !isTold(channel, event) && isSequel(channel, event));
  }

  /** The active channels that are told of open alerts again. */
  async thatRemind(): Promise<Channel[]> {
    return this.channels.findBy({
      isActive: true,
      deletedAt: IsNull(),
      reminderDays: MoreThan(0),
    });
  }

  /** To whom a channel sends an event that matches, one delivery each; empty text for the channel. */
  recipientsOf(channel: Channel, { platform }: Pick<MatchedEvent, 'platform'>): string[] {
    const addresses = settingsOf(channel.kind)?.addresses(channel.config) ?? null;
    return recipientsOf(channel, addresses, platform);
  }

  /** A channel ready to send; null when it was deleted. @throws SecretUnreadableError */
  async open(channelId: number): Promise<OpenedChannel | null> {
    const channel = await this.channels.findOneBy({ id: channelId, deletedAt: IsNull() });
    if (!channel) return null;
    return { channel, config: channel.config, secret: this.secrets.open(channel) };
  }

  /** @throws Error for a kind that this version does not know */
  kindOf({ kind }: Channel): ChannelKind {
    const found = this.kinds.find((one) => one.kind === kind);
    if (!found) throw new Error(`There is no kind of channel named ${kind}`);
    return found;
  }

  private get channels(): Repository<Channel> {
    return this.unitOfWork.repository(Channel);
  }
}

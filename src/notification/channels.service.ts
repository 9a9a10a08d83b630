import { Inject, Injectable } from '@nestjs/common';
import { IsNull, type Repository } from 'typeorm';
import { SecretBox } from '../config/secret-box.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { CHANNEL_KINDS, type ChannelKind, type OpenedChannel } from './channel-kind.js';
import { isTold, type MatchedEvent } from './channel-match.rules.js';
import { Channel, channelSecretPurpose } from './channel.entity.js';

/** The channels that there are. */
@Injectable()
export class Channels {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly box: SecretBox,
    @Inject(CHANNEL_KINDS) private readonly kinds: readonly ChannelKind[],
  ) {}

  /** The active channels whose rules an event meets. */
  async matching(event: MatchedEvent): Promise<Channel[]> {
    const active = await this.channels.findBy({ isActive: true, deletedAt: IsNull() });
    return active.filter((channel) => isTold(channel, event));
  }

  /** A channel ready to send; null when it was deleted. */
  async open(channelId: number): Promise<OpenedChannel | null> {
    const channel = await this.channels.findOneBy({ id: channelId, deletedAt: IsNull() });
    if (!channel) return null;
    const { id, config, secretCiphertext } = channel;
    const secret: unknown =
      secretCiphertext === null
        ? null
        : JSON.parse(this.box.decrypt(secretCiphertext, channelSecretPurpose(id)));
    return { channel, config, secret };
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

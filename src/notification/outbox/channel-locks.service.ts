import { Injectable } from '@nestjs/common';
import type { Repository } from 'typeorm';
import { AuditTrail } from '../../access/audit-trail.service.js';
import { Clock } from '../../config/clock.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { showId } from '../../web/ids.js';
import { readSentence } from '../../web/kept-sentence.js';
import { Channel } from '../channel.entity.js';

/** The rows of channels, as far as deliveries need them. */
@Injectable()
export class ChannelLocks {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * A channel that is in use, held until the unit of work that asks has ended: nobody else takes a
   * delivery of it, nor deletes it. Null when it is deleted or inactive; it is held then as well.
   */
  async lock(id: number): Promise<Channel | null> {
    const channel = await this.channels.findOne({
      where: { id },
      lock: this.unitOfWork.forUpdate,
    });
    return channel?.isActive === true && channel.deletedAt === null ? channel : null;
  }

  /** Its receiver is left alone for so long, ms, in the caller's unit of work. */
  async pause(id: number, ms: number): Promise<void> {
    const pausedUntil = new Date(this.clock.now().getTime() + ms);
    await this.channels.update({ id }, { pausedUntil });
  }

  /** Makes a channel inactive whose receiver wants nothing any more. @param reason as `keptSentence` keeps it */
  async deactivate(id: number, reason: string): Promise<void> {
    await this.unitOfWork.run(async () => {
      const channel = await this.lock(id);
      if (!channel) return;
      const change = { isActive: false, inactiveReason: reason };
      await this.channels.update({ id }, { ...change, updatedAt: this.clock.now() });
      await this.audit.record({
        action: 'channel.changed',
        subject: { kind: 'channel', id: showId(id), label: channel.name },
        before: { active: true },
        after: { active: false, reason: readSentence(reason, 'en') },
      });
    });
  }

  private get channels(): Repository<Channel> {
    return this.unitOfWork.repository(Channel);
  }
}

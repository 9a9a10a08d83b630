import { Injectable } from '@nestjs/common';
import { IsNull, type Repository } from 'typeorm';
import { Clock } from '../../config/clock.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { Channel } from '../channel.entity.js';

/** The rows of channels, as far as deliveries need them. */
@Injectable()
export class ChannelLocks {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * A channel that is in use, held until the unit of work that asks has ended: nobody else takes a
   * delivery of it, nor deletes it. Null when it is deleted or inactive.
   */
  async lock(id: number): Promise<Channel | null> {
    return this.channels.findOne({
      where: { id, isActive: true, deletedAt: IsNull() },
      lock: this.unitOfWork.forUpdate,
    });
  }

  /** Makes a channel inactive whose receiver wants nothing any more. @param reason for people */
  async deactivate(id: number, reason: string): Promise<void> {
    await this.unitOfWork.run(() =>
      this.channels.update(
        { id, isActive: true },
        { isActive: false, inactiveReason: reason, updatedAt: this.clock.now() },
      ),
    );
  }

  private get channels(): Repository<Channel> {
    return this.unitOfWork.repository(Channel);
  }
}

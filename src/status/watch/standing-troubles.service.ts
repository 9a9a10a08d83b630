import { Injectable } from '@nestjs/common';
import type { Repository } from 'typeorm';
import { Clock } from '../../config/clock.js';
import { isUniqueViolation } from '../../database/unique-violation.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { AdminMails } from '../../notification/admin-mail/admin-mails.service.js';
import type { NotificationEvent } from '../../notification/message.js';
import { Outbox } from '../../notification/outbox/outbox.js';
import { StandingTrouble, type TroubleName } from './standing-trouble.entity.js';

/** What is told of a trouble; the rest follows from its being one. */
export type TroubleEvent = Pick<NotificationEvent, 'subject' | 'data'> & { type: TroubleName };

/**
 * Tells of troubles that last: once, by every channel and by mail to the admins, until they end.
 * That it was told is written in the same unit of work, so restarts and other instances know it.
 */
@Injectable()
export class StandingTroubles {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly outbox: Outbox,
    private readonly adminMails: AdminMails,
  ) {}

  /** When it was told of; null while it does not stand. */
  async toldAt(name: TroubleName): Promise<Date | null> {
    return (await this.troubles.findOneBy({ name }))?.since ?? null;
  }

  /** Tells of one, unless it was told of already; not while there is nobody who could be told. */
  async stands(event: TroubleEvent): Promise<void> {
    if ((await this.toldAt(event.type)) !== null) return;
    const isListening = (await this.outbox.isListening()) || (await this.adminMails.isListening());
    if (!isListening) return;
    try {
      await this.unitOfWork.run(() => this.tell(event));
    } catch (error) {
      // Another instance told of it at the same moment.
      if (!isUniqueViolation(error)) throw error;
    }
  }

  /** It is over: the next one of its name is told of again. */
  async ended(name: TroubleName): Promise<void> {
    if ((await this.toldAt(name)) === null) return;
    await this.unitOfWork.run(() => this.troubles.delete({ name }));
  }

  private async tell(event: TroubleEvent): Promise<void> {
    const since = this.clock.now();
    await this.troubles.insert({ name: event.type, since });
    const key = `${event.type}:${since.toISOString()}`;
    const told = { ...event, key, severity: null, isUrgent: true };
    await this.outbox.tell(told);
    await this.adminMails.put(told);
  }

  private get troubles(): Repository<StandingTrouble> {
    return this.unitOfWork.repository(StandingTrouble);
  }
}

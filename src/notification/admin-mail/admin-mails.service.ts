import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { UserService } from '../../access/user.service.js';
import { Clock } from '../../config/clock.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { Mailer } from '../../outgoing/mailer.service.js';
import { Channels } from '../channels.service.js';
import type { NotificationEvent } from '../message.js';
import { AdminMail } from './admin-mail.entity.js';

/** Puts down mails to every admin, for what admins must hear of though no channel is set up. */
@Injectable()
export class AdminMails {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly mailer: Mailer,
    private readonly users: UserService,
    private readonly channels: Channels,
  ) {}

  /** False when nobody can be mailed: then nothing need be put down. */
  async isListening(): Promise<boolean> {
    return this.mailer.isConfigured && (await this.users.activeAdmins()).length > 0;
  }

  /**
   * Puts one mail down for each active admin whom no channel mails of the same event, in the
   * caller's unit of work. The same key is put down once.
   */
  async put(event: NotificationEvent): Promise<void> {
    if (!this.mailer.isConfigured) return;
    const byChannel = await this.mailedByChannels(event);
    const admins = (await this.users.activeAdmins()).filter(({ email }) => !byChannel.has(email));
    if (admins.length === 0) return;
    const now = this.clock.now();
    const data = JSON.stringify(await event.data());
    const rows = admins.map(({ email }) => ({
      eventKey: event.key,
      recipient: email,
      messageId: `msg_${randomUUID().replaceAll('-', '')}`,
      type: event.type,
      at: now,
      data,
      attempts: 0,
      nextTryAt: now,
    }));
    const mails = this.unitOfWork.repository(AdminMail).createQueryBuilder();
    await mails.insert().values(rows).orIgnore().updateEntity(false).execute();
  }

  private async mailedByChannels(event: NotificationEvent): Promise<Set<string>> {
    const told = await this.channels.matching(event);
    const mailed = told.flatMap((channel) => this.channels.recipientsOf(channel, event));
    return new Set(mailed.map((address) => address.toLowerCase()));
  }
}

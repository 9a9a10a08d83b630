import { Injectable, Logger } from '@nestjs/common';
import { LessThanOrEqual, type Repository } from 'typeorm';
import { UserService } from '../../access/user.service.js';
import { AppConfig } from '../../config/app-config.js';
import { Clock } from '../../config/clock.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { MAIL_BOUND_MS, Mailer } from '../../outgoing/mailer.service.js';
import { OutgoingError } from '../../outgoing/outgoing.error.js';
import { writeFor } from '../../web/reader.js';
import { translator } from '../../web/translator.js';
import { emailBody } from '../kinds/email/email-body.js';
import { messageText } from '../message-text.js';
import { AdminMail } from './admin-mail.entity.js';

/** Of the log. */
const t = translator('en');

/** So many go out at one look, side by side: a server that hangs holds each up as long as all. */
const AT_ONCE = 20;
/** Longer than a try may take, ms. */
const CLAIM_MS = 2 * MAIL_BOUND_MS;
const MINUTE_MS = 60_000;
/** After a try that failed: a minute, doubling up to this many. */
const LONGEST_PAUSE_MINUTES = 15;
/** What no server took for so long is given up, ms. */
const GIVE_UP_MS = 24 * 60 * MINUTE_MS;

/**
 * Sends the mails to admins that wait, in the language that each chose. Each is sent once: again only after it failed, or when the
 * process ended before it was known to have arrived, and then with the same Message-ID.
 */
@Injectable()
export class AdminMailer {
  private readonly logger = new Logger('AdminMail');

  constructor(
    private readonly config: AppConfig,
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly mailer: Mailer,
    private readonly users: UserService,
  ) {}

  /** Tries what is due, once each. @param stop gives up what is on its way */
  async sendDue(stop: AbortSignal): Promise<void> {
    const due = await this.mails.find({
      where: { nextTryAt: LessThanOrEqual(this.clock.now()) },
      order: { id: 'ASC' },
      take: AT_ONCE,
    });
    await Promise.all(due.map((mail) => this.attempt(mail, stop)));
  }

  private async attempt(mail: AdminMail, stop: AbortSignal): Promise<void> {
    if (stop.aborted || !(await this.claim(mail))) return;
    try {
      await this.send(mail, stop);
    } catch (error) {
      if (!(error instanceof OutgoingError)) throw error;
      await this.failed(mail, t(error.messageKey, error.details.params));
      return;
    }
    await this.unitOfWork.run(() => this.mails.delete({ id: mail.id }));
  }

  /** One instance tries at a time: whoever moves the time of the next try on. */
  private async claim({ id, nextTryAt }: AdminMail): Promise<boolean> {
    const claimedUntil = new Date(this.clock.now().getTime() + CLAIM_MS);
    const { affected } = await this.unitOfWork.run(() =>
      this.mails.update({ id, nextTryAt }, { nextTryAt: claimedUntil }),
    );
    return affected === 1;
  }

  private async send(mail: AdminMail, signal: AbortSignal): Promise<void> {
    const { type, at: timestamp, recipient, messageId } = mail;
    const { baseUrl } = this.config;
    const data = JSON.parse(mail.data) as object;
    const about = { id: messageId, type, timestamp, recipient, data };
    const { title, body } = writeFor(await this.users.findByEmail(recipient), () => {
      const text = messageText({ ...about, severity: null, isReminder: false }, baseUrl);
      return { title: text.title, body: emailBody(text, { baseUrl, isToOwner: false }) };
    });
    await this.mailer.send({
      to: recipient,
      subject: title,
      ...body,
      messageId: `${messageId}@${new URL(baseUrl).hostname}`,
      headers: { 'X-Oju-Event': type },
      signal,
    });
  }

  private async failed({ id, at, type, attempts }: AdminMail, reason: string): Promise<void> {
    const now = this.clock.now().getTime();
    if (now - at.getTime() >= GIVE_UP_MS) {
      this.logger.error(`An admin could not be mailed of ${type} for a day: ${reason}`);
      await this.unitOfWork.run(() => this.mails.delete({ id }));
      return;
    }
    this.logger.warn(`An admin could not be mailed of ${type}, and will be: ${reason}`);
    const minutes = Math.min(2 ** attempts, LONGEST_PAUSE_MINUTES);
    const nextTryAt = new Date(now + minutes * MINUTE_MS);
    await this.unitOfWork.run(() =>
      this.mails.update({ id }, { attempts: attempts + 1, nextTryAt }),
    );
  }

  private get mails(): Repository<AdminMail> {
    return this.unitOfWork.repository(AdminMail);
  }
}

import { Injectable } from '@nestjs/common';
import { Mailer } from '../outgoing/mailer.service.js';
import type { Language } from '../web/language.js';
import { translator } from '../web/translator.js';

/** The mails that let people in. */
@Injectable()
export class AccessMail {
  constructor(private readonly mailer: Mailer) {}

  /** False when Oju sends no mail. */
  get isConfigured(): boolean {
    return this.mailer.isConfigured;
  }

  /**
   * Writes to somebody who has chosen no language yet in that of whoever invites.
   * @throws OutgoingError when the mail server did not take it
   */
  async sendInvite(to: string, link: string): Promise<void> {
    const t = translator();
    const text = t('access.mail.inviteText', { link });
    await this.mailer.send({ to, subject: t('access.mail.inviteSubject'), text });
  }

  /**
   * Writes in the language that the user chose, else in English.
   * @throws OutgoingError when the mail server did not take it
   */
  async sendReset(to: string, link: string, language: Language | null): Promise<void> {
    const t = translator(language ?? 'en');
    const text = t('access.mail.resetText', { link });
    await this.mailer.send({ to, subject: t('access.mail.resetSubject'), text });
  }
}

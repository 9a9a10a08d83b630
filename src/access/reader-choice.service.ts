import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { validateDto } from '../web/validation.js';
import { differences } from './audit-fields.rules.js';
import { AuditTrail } from './audit-trail.service.js';
import { textField } from './credentials.form.js';
import { ReaderChoiceDto } from './reader-choice.dto.js';
import { User } from './user.entity.js';

/** The language and the time zone in which users read pages and mails. */
@Injectable()
export class ReaderChoice {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Keeps what a user chose in the form.
   * @returns the user as it is now
   * @throws ValidationFailed on `language` and `timeZone`
   */
  async save(user: User, form: unknown): Promise<User> {
    const typed = validateDto(ReaderChoiceDto, {
      language: textField(form, 'language'),
      timeZone: textField(form, 'timeZone'),
    });
    const chosen = { language: typed.language || null, timeZone: typed.timeZone || null };
    const { id, email, language, timeZone } = user;
    const changes = differences({ language, timeZone }, chosen);
    if (changes) {
      await this.unitOfWork.run(async () => {
        await this.unitOfWork.repository(User).update({ id }, chosen);
        const subject = { kind: 'user', id, label: email } as const;
        await this.audit.record({ action: 'user.reader_changed', subject, ...changes });
      });
    }
    return Object.assign(user, chosen);
  }
}

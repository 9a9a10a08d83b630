import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { ValidationFailed } from '../web/domain-error.js';
import { validateDto } from '../web/validation.js';
import { normalEmail } from './access.rules.js';
import { type AuditRecord, AuditTrail } from './audit-trail.service.js';
import { OneTimeLinks } from './one-time-link.service.js';
import { hashPassword } from './password.js';
import { isCommonPassword } from './password.rules.js';
import { Session } from './session.entity.js';
import { CredentialsDto } from './user.dto.js';
import { User } from './user.entity.js';

/** Passwords: which are taken, and what another one ends. */
@Injectable()
export class Passwords {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
    private readonly links: OneTimeLinks,
  ) {}

  /**
   * The hash of a new password, which takes some 30 ms: call it outside a unit of work.
   * @throws ValidationFailed on `email` or `password`: 12 to 200 characters, and not a common one
   */
  async hashNew(input: {
    email: string;
    password: string;
  }): Promise<{ email: string; passwordHash: string }> {
    const { email, password } = validateDto(CredentialsDto, {
      email: normalEmail(input.email),
      password: input.password,
    });
    if (isCommonPassword(password, email)) {
      throw new ValidationFailed([{ field: 'password', message: 'access.error.commonPassword' }]);
    }
    return { email, passwordHash: await hashPassword(password) };
  }

  /**
   * Gives a user another password: all sessions of the user end, and links to set one are void.
   * @param how what the audit trail is told
   * @param as who did it, where that is known only by what was done
   */
  async replace(
    { id, email }: Pick<User, 'id' | 'email'>,
    passwordHash: string,
    how: Pick<AuditRecord, 'action' | 'after'>,
    as?: { id: number; email: string },
  ): Promise<void> {
    await this.unitOfWork.run(async () => {
      await this.unitOfWork.repository(User).update({ id }, { passwordHash });
      await this.unitOfWork.repository(Session).delete({ userId: id });
      await this.links.withdrawOf(id);
      await this.audit.record({ ...how, subject: { kind: 'user', id, label: email } }, as);
    });
  }
}

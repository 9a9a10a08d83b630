import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { LinkGoneError } from './access.errors.js';
import { AuditTrail } from './audit-trail.service.js';
import type { OneTimeLink } from './one-time-link.entity.js';
import { OneTimeLinks } from './one-time-link.service.js';
import { Passwords } from './password.service.js';
import { User } from './user.entity.js';

/** Links with which a user sets another password without the present one. */
@Injectable()
export class PasswordResets {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
    private readonly links: OneTimeLinks,
    private readonly passwords: Passwords,
  ) {}

  /**
   * Makes a link for a user. One that an admin makes voids older ones; one that somebody asked for
   * leaves an admin's be, for anybody can ask.
   * @param action what the audit trail is told
   * @returns its address, which nobody can read back later
   */
  async make(
    { id, email }: User,
    action: 'user.reset_requested' | 'user.reset_link_made',
  ): Promise<string> {
    return this.unitOfWork.run(async () => {
      await this.audit.record({ action, subject: { kind: 'user', id, label: email } });
      const isAskedFor = action === 'user.reset_requested';
      return this.links.make({ kind: 'reset', email, userId: id, role: null }, { isAskedFor });
    });
  }

  /** When the newest link for a user was made that is still good; null when there is none. */
  async lastMadeAt({ id }: User): Promise<Date | null> {
    return (await this.links.newestFor('reset', id))?.createdAt ?? null;
  }

  /** @throws LinkGoneError */
  async find(token: string): Promise<OneTimeLink> {
    const link = await this.links.find('reset', token);
    if (!link) throw new LinkGoneError();
    return link;
  }

  /**
   * Sets the password, and ends the user's sessions. A user who was deactivated stays so.
   * @throws LinkGoneError, ValidationFailed on `password`
   */
  async use(token: string, password: string): Promise<void> {
    const { email } = await this.find(token);
    const { passwordHash } = await this.passwords.hashNew({ email, password });
    await this.unitOfWork.run(async () => {
      const link = await this.links.take('reset', token);
      if (!link?.userId) throw new LinkGoneError();
      const user = { id: link.userId, email };
      const how = { action: 'user.password_reset', after: { by: 'link' } };
      await this.passwords.replace(user, passwordHash, how, user);
    });
  }
}

import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { NotFoundError } from '../web/domain-error.js';
import { validateDto } from '../web/validation.js';
import { EmailTakenError, LinkGoneError } from './access.errors.js';
import { normalEmail } from './access.rules.js';
import { AuditTrail } from './audit-trail.service.js';
import type { OneTimeLink } from './one-time-link.entity.js';
import { OneTimeLinks } from './one-time-link.service.js';
import { Passwords } from './password.service.js';
import { InviteDto } from './user.dto.js';
import type { User } from './user.entity.js';
import { UserService } from './user.service.js';

/** Invitations: how users come to be, other than by the command. */
@Injectable()
export class Invites {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
    private readonly links: OneTimeLinks,
    private readonly users: UserService,
    private readonly passwords: Passwords,
  ) {}

  /**
   * Invites somebody; an earlier invitation to the same mail address is void.
   * @returns the link, which nobody can read back later
   * @throws ValidationFailed that names each bad field, EmailTakenError
   */
  async invite(input: { email: string; role: string }): Promise<{ email: string; link: string }> {
    const { email, role } = validateDto(InviteDto, { ...input, email: normalEmail(input.email) });
    const link = await this.unitOfWork.run(async () => {
      if (await this.users.findByEmail(email)) throw new EmailTakenError();
      const subject = { kind: 'user', label: email };
      await this.audit.record({ action: 'user.invited', subject, after: { role } });
      return this.links.make({ kind: 'invite', email, role, userId: null });
    });
    return { email, link };
  }

  /** Invitations that wait to be taken, oldest first. */
  async open(): Promise<OneTimeLink[]> {
    return this.links.open('invite');
  }

  /** @throws NotFoundError when it was taken or withdrawn meanwhile */
  async withdraw(id: number): Promise<OneTimeLink> {
    return this.unitOfWork.run(async () => {
      const invite = await this.links.withdraw('invite', id);
      if (!invite) throw new NotFoundError();
      const subject = { kind: 'user', label: invite.email };
      await this.audit.record({ action: 'user.invite_withdrawn', subject });
      return invite;
    });
  }

  /** @throws LinkGoneError */
  async find(token: string): Promise<OneTimeLink> {
    const invite = await this.links.find('invite', token);
    if (!invite) throw new LinkGoneError();
    return invite;
  }

  /**
   * Makes the user that was invited. Of two that take one invitation at once, one gets it.
   * @throws LinkGoneError, EmailTakenError, ValidationFailed on `password`
   */
  async accept(token: string, password: string): Promise<User> {
    const { email } = await this.find(token);
    const { passwordHash } = await this.passwords.hashNew({ email, password });
    return this.unitOfWork.run(async () => {
      const invite = await this.links.take('invite', token);
      if (!invite?.role) throw new LinkGoneError();
      return this.users.createInvited({ email, passwordHash, role: invite.role });
    });
  }
}

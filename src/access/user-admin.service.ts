import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { NotFoundError } from '../web/domain-error.js';
import { keysetPage, type Page, type PageQuery } from '../web/paging.js';
import { LastAdminError } from './access.errors.js';
import { AuditTrail } from './audit-trail.service.js';
import { OneTimeLinks } from './one-time-link.service.js';
import type { Role } from './rights.js';
import { Session } from './session.entity.js';
import { User } from './user.entity.js';

/** What an admin does with users. They are never deleted. */
@Injectable()
export class UserAdmin {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
    private readonly links: OneTimeLinks,
  ) {}

  /** Users by mail address, inactive ones too. */
  async list(page: Pick<PageQuery, 'limit' | 'cursor'>): Promise<Page<User>> {
    const query = this.users().createQueryBuilder('user');
    return keysetPage(query, { columns: ['user.email', 'user.id'], direction: 'ASC' }, page);
  }

  /** @throws NotFoundError */
  async get(id: number): Promise<User> {
    const user = await this.users().findOneBy({ id });
    if (!user) throw new NotFoundError();
    return user;
  }

  /**
   * Changes what a user may do, from the next request on.
   * @throws NotFoundError, LastAdminError
   */
  async changeRole(id: number, role: Role): Promise<User> {
    return this.unitOfWork.run(async () => {
      const user = await this.lock(id);
      if (user.role === role) return user;
      if (user.role === 'admin') await this.assertNotLast(user);
      await this.users().update({ id }, { role });
      await this.audit.record({
        action: 'user.role_changed',
        subject: subjectOf(user),
        before: { role: user.role },
        after: { role },
      });
      return Object.assign(user, { role });
    });
  }

  /**
   * Gives a user the role that a provider has for them. The last active admin keeps the role: the
   * audit trail is told of it either way. Inside the caller's unit of work.
   * @param via what gives the role, as the audit trail has it
   * @returns the user as it is now
   */
  async followRole(id: number, role: Role, via: Record<string, unknown>): Promise<User> {
    const user = await this.lock(id);
    if (user.role === role) return user;
    const isKept = user.role === 'admin' && (await this.isLast(user));
    if (!isKept) await this.users().update({ id }, { role });
    await this.audit.record(
      {
        action: isKept ? 'user.role_kept' : 'user.role_changed',
        subject: subjectOf(user),
        before: { role: user.role },
        after: { ...(isKept ? { asked: role } : { role }), ...via },
      },
      user,
    );
    return isKept ? user : Object.assign(user, { role });
  }

  /**
   * Keeps a user out: sessions end at once, and links to set a password are void. Once more changes
   * nothing.
   * @throws NotFoundError, LastAdminError
   */
  async deactivate(id: number): Promise<User> {
    return this.unitOfWork.run(async () => {
      const user = await this.lock(id);
      if (!user.isActive) return user;
      if (user.role === 'admin') await this.assertNotLast(user);
      await this.users().update({ id }, { isActive: false });
      await this.unitOfWork.repository(Session).delete({ userId: id });
      await this.links.withdrawOf(id);
      await this.audit.record({ action: 'user.deactivated', subject: subjectOf(user) });
      return Object.assign(user, { isActive: false });
    });
  }

  /** Lets a user in again, with the password that the user had. @throws NotFoundError */
  async reactivate(id: number): Promise<User> {
    return this.unitOfWork.run(async () => {
      const user = await this.lock(id);
      if (user.isActive) return user;
      await this.users().update({ id }, { isActive: true });
      await this.audit.record({ action: 'user.reactivated', subject: subjectOf(user) });
      return Object.assign(user, { isActive: true });
    });
  }

  /**
   * Locks every active admin first, always in the same order: of two admins who take each other's
   * role at once, the second sees what the first did.
   */
  private async lock(id: number): Promise<User> {
    const lock = this.unitOfWork.forUpdate;
    await this.users().find({ where: activeAdmin, order: { id: 'ASC' }, lock });
    const user = await this.users().findOne({ where: { id }, lock });
    if (!user) throw new NotFoundError();
    return user;
  }

  /** @throws LastAdminError */
  private async assertNotLast(user: User): Promise<void> {
    if (await this.isLast(user)) throw new LastAdminError();
  }

  private async isLast(user: User): Promise<boolean> {
    return user.isActive && (await this.users().countBy(activeAdmin)) < 2;
  }

  private users() {
    return this.unitOfWork.repository(User);
  }
}

const activeAdmin = { role: 'admin', isActive: true } as const;

function subjectOf({ id, email }: User) {
  return { kind: 'user', id, label: email };
}

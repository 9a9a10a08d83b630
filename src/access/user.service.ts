import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { isUniqueViolation } from '../database/unique-violation.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { validateDto } from '../web/validation.js';
import { AlreadySetUpError, EmailTakenError, UnknownUserError } from './access.errors.js';
import { normalEmail } from './access.rules.js';
import { type AuditRecord, AuditTrail } from './audit-trail.service.js';
import { checkPassword, NO_PASSWORD } from './password.js';
import { Passwords } from './password.service.js';
import type { Role } from './rights.js';
import { NewUserDto } from './user.dto.js';
import { User } from './user.entity.js';

/** Of two instances that make the first admin at once, the database takes this id from one. */
const FIRST_ID = 1;

/** Those who sign in. */
@Injectable()
export class UserService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
    private readonly passwords: Passwords,
  ) {}

  /**
   * Makes a user. Mail addresses are kept in lower case; a password has 12 to 200 characters.
   * @throws ValidationFailed that names each bad field
   * @throws EmailTakenError when the mail address has a user already
   */
  async create(input: { email: string; password: string; role: Role }): Promise<User> {
    const { role } = validateDto(NewUserDto, { ...input, email: normalEmail(input.email) });
    return this.insert({ ...(await this.passwords.hashNew(input)), role });
  }

  /**
   * Makes the first user, an admin. Instances that do so at the same moment make one together.
   * @throws ValidationFailed that names each bad field
   * @throws AlreadySetUpError when there is a user already
   */
  async createFirstAdmin(input: { email: string; password: string }): Promise<User> {
    if (await this.hasUsers()) throw new AlreadySetUpError();
    const credentials = await this.passwords.hashNew(input);
    return this.insert({ ...credentials, id: FIRST_ID, role: 'admin' });
  }

  /**
   * Makes the user that was invited, who does so. Inside the caller's unit of work.
   * @throws EmailTakenError when the mail address has a user by now
   */
  async createInvited(row: Pick<User, 'email' | 'passwordHash' | 'role'>): Promise<User> {
    return this.insert(row, 'user.invite_accepted');
  }

  /**
   * The active user with this mail address and password, or null; null takes no less time. It is
   * the first half of signing in: {@link signedIn} is called when the rest is done.
   */
  async authenticate(email: string, password: string): Promise<User | null> {
    const user = await this.findByEmail(email);
    const isRight = await checkPassword(user?.passwordHash, password);
    if (user && isRight && user.isActive) return user;
    await this.refused(email, 'password');
    return null;
  }

  /** Notes that somebody was not let in, or did not know the present password. */
  async refused(
    email: string,
    at: 'password' | 'second factor' | 'present password',
  ): Promise<void> {
    await this.unitOfWork.run(() => this.audit.record(refusedSignIn(email, at)));
  }

  /** True when this is the user's present password. */
  async isPassword({ passwordHash }: User, password: string): Promise<boolean> {
    return checkPassword(passwordHash, password);
  }

  /** Notes that somebody has signed in. */
  async signedIn(user: User, after?: Record<string, unknown>): Promise<void> {
    const { id, email } = user;
    user.lastSignedInAt = this.clock.now();
    await this.unitOfWork.run(async () => {
      await this.users().update({ id }, { lastSignedInAt: user.lastSignedInAt });
      const subject = { kind: 'user', id, label: email };
      await this.audit.record({ action: 'sign_in.succeeded', subject, after }, user);
    });
  }

  /** How many users there are, inactive ones too. */
  async count(): Promise<number> {
    return this.users().count();
  }

  async hasUsers(): Promise<boolean> {
    return this.users().exists();
  }

  /**
   * Gives a user another password, and ends all of the user's sessions.
   * @throws ValidationFailed when the password is not of 12 to 200 characters, or a common one
   * @throws UnknownUserError when there is no user with this mail address
   */
  async resetPassword(email: string, password: string): Promise<User> {
    const credentials = await this.passwords.hashNew({ email, password });
    return this.unitOfWork.run(async () => {
      const user = await this.findByEmail(email);
      if (!user) throw new UnknownUserError();
      const how = { action: 'user.password_reset' };
      await this.passwords.replace(user, credentials.passwordHash, how);
      return user;
    });
  }

  /**
   * Takes a user's password away, and ends all of the user's sessions: from then on an OpenID
   * provider that has verified the mail address may take the user over.
   * @throws UnknownUserError when there is no user with this mail address
   */
  async removePassword(email: string): Promise<User> {
    return this.unitOfWork.run(async () => {
      const user = await this.findByEmail(email);
      if (!user) throw new UnknownUserError();
      await this.passwords.replace(user, NO_PASSWORD, { action: 'user.password_removed' });
      return user;
    });
  }

  /** The user with this id, or null when there is none or it is inactive. */
  async findActive(id: number): Promise<User | null> {
    return this.users().findOneBy({ id, isActive: true });
  }

  /** Those who may do everything, the first made first. */
  async activeAdmins(): Promise<User[]> {
    return this.users().find({ where: { role: 'admin', isActive: true }, order: { id: 'ASC' } });
  }

  /** The user with this mail address in any case, or null. */
  async findByEmail(email: string): Promise<User | null> {
    return this.users().findOneBy({ email: normalEmail(email) });
  }

  /** The mail addresses of those who may sign in, in alphabetical order. */
  async activeEmails(): Promise<string[]> {
    const users = await this.users().find({ select: { email: true }, where: { isActive: true } });
    return users.map(({ email }) => email).sort();
  }

  private async insert(
    row: Pick<User, 'email' | 'passwordHash' | 'role'> & { id?: number },
    action = row.id === FIRST_ID ? 'user.first_admin' : 'user.created',
  ): Promise<User> {
    try {
      return await this.unitOfWork.run(async () => {
        if (row.id === FIRST_ID) {
          if (await this.hasUsers()) throw new AlreadySetUpError();
        } else if (await this.findByEmail(row.email)) throw new EmailTakenError();
        const user = this.users().create({
          ...row,
          isActive: true,
          createdAt: this.clock.now(),
          lastSignedInAt: null,
          totpCiphertext: null,
          totpEnabledAt: null,
          totpLastStep: null,
        });
        await this.users().insert(user);
        const { id, email, role } = user;
        const subject = { kind: 'user', id, label: email };
        // Whoever takes an invitation is nobody known until it is taken.
        const as = action === 'user.invite_accepted' ? user : undefined;
        await this.audit.record({ action, subject, after: { role } }, as);
        return user;
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw row.id === FIRST_ID ? new AlreadySetUpError() : new EmailTakenError();
    }
  }

  private users() {
    return this.unitOfWork.repository(User);
  }
}

/** People type their password where the mail address goes: only what looks like one is kept. */
function refusedSignIn(typed: string, at: string): AuditRecord {
  const email = normalEmail(typed);
  const label = /^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 254 ? email : undefined;
  return { action: 'sign_in.failed', subject: { kind: 'user', label }, after: { at } };
}

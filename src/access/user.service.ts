import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { isUniqueViolation } from '../database/unique-violation.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { validateDto } from '../web/validation.js';
import { type AuditRecord, AuditTrail } from './audit-trail.service.js';
import { AlreadySetUpError, EmailTakenError, UnknownUserError } from './access.errors.js';
import { normalEmail } from './access.rules.js';
import { checkPassword, hashPassword, NO_PASSWORD } from './password.js';
import type { Role } from './rights.js';
import { Session } from './session.entity.js';
import { CredentialsDto, NewUserDto } from './user.dto.js';
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
  ) {}

  /**
   * Makes a user. Mail addresses are kept in lower case; a password has 12 to 200 characters.
   * @throws ValidationFailed that names each bad field
   * @throws EmailTakenError when the mail address has a user already
   */
  async create(input: { email: string; password: string; role: Role }): Promise<User> {
    const dto = validateDto(NewUserDto, { ...input, email: normalEmail(input.email) });
    const passwordHash = await hashPassword(dto.password);
    return this.insert({ email: dto.email, passwordHash, role: dto.role });
  }

  /**
   * Makes the first user, an admin. Instances that do so at the same moment make one together.
   * @throws ValidationFailed that names each bad field
   * @throws AlreadySetUpError when there is a user already
   */
  async createFirstAdmin(input: { email: string; password: string }): Promise<User> {
    const dto = validateDto(CredentialsDto, { ...input, email: normalEmail(input.email) });
    if (await this.hasUsers()) throw new AlreadySetUpError();
    const passwordHash = await hashPassword(dto.password);
    return this.insert({ id: FIRST_ID, email: dto.email, passwordHash, role: 'admin' });
  }

  /** The active user with this mail address and password, or null; null takes no less time. */
  async authenticate(email: string, password: string): Promise<User | null> {
    const user = await this.findByEmail(email);
    const isRight = await checkPassword(user?.passwordHash, password);
    if (!user || !isRight || !user.isActive) {
      await this.unitOfWork.run(() => this.audit.record(refusedSignIn(email)));
      return null;
    }
    const { id } = user;
    user.lastSignedInAt = this.clock.now();
    await this.unitOfWork.run(async () => {
      await this.users().update({ id }, { lastSignedInAt: user.lastSignedInAt });
      const subject = { kind: 'user', id, label: user.email };
      await this.audit.record({ action: 'sign_in.succeeded', subject }, user);
    });
    return user;
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
   * @throws ValidationFailed when the password is not of 12 to 200 characters
   * @throws UnknownUserError when there is no user with this mail address
   */
  async resetPassword(email: string, password: string): Promise<User> {
    const dto = validateDto(CredentialsDto, { email: normalEmail(email), password });
    const passwordHash = await hashPassword(dto.password);
    return this.unitOfWork.run(async () => {
      const user = await this.findByEmail(dto.email);
      if (!user) throw new UnknownUserError();
      await this.users().update({ id: user.id }, { passwordHash });
      await this.unitOfWork.repository(Session).delete({ userId: user.id });
      const subject = { kind: 'user', id: user.id, label: user.email };
      await this.audit.record({ action: 'user.password_reset', subject });
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
      await this.users().update({ id: user.id }, { passwordHash: NO_PASSWORD });
      await this.unitOfWork.repository(Session).delete({ userId: user.id });
      const subject = { kind: 'user', id: user.id, label: user.email };
      await this.audit.record({ action: 'user.password_removed', subject });
      return user;
    });
  }

  /** The user with this id, or null when there is none or it is inactive. */
  async findActive(id: number): Promise<User | null> {
    return this.users().findOneBy({ id, isActive: true });
  }

  private async insert(
    row: Pick<User, 'email' | 'passwordHash' | 'role'> & { id?: number },
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
        });
        await this.users().insert(user);
        await this.audit.record({
          action: row.id === FIRST_ID ? 'user.first_admin' : 'user.created',
          subject: { kind: 'user', id: user.id, label: user.email },
          after: { role: user.role },
        });
        return user;
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw row.id === FIRST_ID ? new AlreadySetUpError() : new EmailTakenError();
    }
  }

  private async findByEmail(email: string): Promise<User | null> {
    return this.users().findOneBy({ email: normalEmail(email) });
  }

  private users() {
    return this.unitOfWork.repository(User);
  }
}

/** People type their password where the mail address goes: only what looks like one is kept. */
function refusedSignIn(typed: string): AuditRecord {
  const email = normalEmail(typed);
  const label = /^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 254 ? email : undefined;
  return { action: 'sign_in.failed', subject: { kind: 'user', label } };
}

import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { UnauthenticatedError, WrongPasswordError } from './access.errors.js';
import { Passwords } from './password.service.js';
import type { User } from './user.entity.js';
import { UserService } from './user.service.js';

/** The account of whoever makes a request. */
@Injectable()
export class OwnAccount {
  constructor(
    private readonly users: UserService,
    private readonly passwords: Passwords,
  ) {}

  /** @throws UnauthenticatedError when no user makes the request, or one who was just deactivated */
  async of({ actor }: Request): Promise<User> {
    const user = actor?.kind === 'user' ? await this.users.findActive(actor.id) : null;
    if (!user) throw new UnauthenticatedError();
    return user;
  }

  /** @throws WrongPasswordError */
  async assertPassword(user: User, presentPassword: string): Promise<void> {
    if (!(await this.users.isPassword(user, presentPassword))) throw new WrongPasswordError();
  }

  /**
   * Changes the password; all sessions of the user end.
   * @throws WrongPasswordError, ValidationFailed on `password`
   */
  async changePassword(user: User, presentPassword: string, password: string): Promise<void> {
    await this.assertPassword(user, presentPassword);
    const { passwordHash } = await this.passwords.hashNew({ email: user.email, password });
    await this.passwords.replace(user, passwordHash, { action: 'user.password_changed' });
  }
}

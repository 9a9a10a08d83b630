import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import {
  NoPasswordError,
  UnauthenticatedError,
  WrongCodeError,
  WrongPasswordError,
} from './access.errors.js';
import { textField } from './credentials.form.js';
import { NO_PASSWORD } from './password.js';
import { Passwords } from './password.service.js';
import { SecondFactor } from './second-factor.service.js';
import { SignInLimit } from './sign-in-limit.js';
import type { User } from './user.entity.js';
import { UserService } from './user.service.js';

/** The account of whoever makes a request. */
@Injectable()
export class OwnAccount {
  constructor(
    private readonly users: UserService,
    private readonly passwords: Passwords,
    private readonly secondFactor: SecondFactor,
    private readonly limit: SignInLimit,
  ) {}

  /** @throws UnauthenticatedError when no user makes the request, or one who was just deactivated */
  async of({ actor }: Request): Promise<User> {
    const user = actor?.kind === 'user' ? await this.users.findActive(actor.id) : null;
    if (!user) throw new UnauthenticatedError();
    return user;
  }

  /**
   * Makes sure that the form was sent by the user, and not by whoever has the session: `presentPassword`
   * is right, or `code` for a user who has no password. The audit trail is told of wrong ones.
   * @throws WrongPasswordError, WrongCodeError
   */
  async assertPresent(user: User, request: Request): Promise<void> {
    if (user.passwordHash !== NO_PASSWORD) {
      await this.assertPassword(user, request);
      return;
    }
    if ((await this.secondFactor.verify(user, textField(request.body, 'code'))) === null) {
      await this.users.refused(user.email, 'second factor');
      throw new WrongCodeError();
    }
    await this.limit.passed(request);
  }

  /**
   * Changes the password to `password` for who knows the present one; all sessions of the user end.
   * @throws NoPasswordError, WrongPasswordError, ValidationFailed on `password`
   */
  async changePassword(user: User, request: Request): Promise<void> {
    if (user.passwordHash === NO_PASSWORD) throw new NoPasswordError();
    await this.assertPassword(user, request);
    const password = textField(request.body, 'password');
    const { passwordHash } = await this.passwords.hashNew({ email: user.email, password });
    await this.passwords.replace(user, passwordHash, { action: 'user.password_changed' });
  }

  private async assertPassword(user: User, request: Request): Promise<void> {
    if (!(await this.users.isPassword(user, textField(request.body, 'presentPassword')))) {
      await this.users.refused(user.email, 'present password');
      throw new WrongPasswordError();
    }
    await this.limit.passed(request);
  }
}

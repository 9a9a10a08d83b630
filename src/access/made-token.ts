import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { SecretBox, SecretUnreadableError } from '../config/secret-box.js';

const PURPOSE = 'api token just made';

/**
 * A token on its way from the form that made it to the page that shows it once. It waits in the
 * session, so that any instance may show it, and encrypted, since sessions are in the database.
 */
@Injectable()
export class MadeToken {
  constructor(private readonly secretBox: SecretBox) {}

  keep(request: Request, token: string): void {
    request.session.madeToken = this.secretBox.encrypt(token, PURPOSE);
  }

  /** The token that waits in the request's session, if any; it is gone from there. */
  take(request: Request): string | null {
    const { madeToken } = request.session;
    if (madeToken === undefined) return null;
    delete request.session.madeToken;
    try {
      return this.secretBox.decrypt(madeToken, PURPOSE);
    } catch (error) {
      if (error instanceof SecretUnreadableError) return null;
      throw error;
    }
  }
}

import { Injectable } from '@nestjs/common';
import { createHash, timingSafeEqual } from 'node:crypto';
import { SecretBox } from '../config/secret-box.js';

const PURPOSE = 'set-up link';

/**
 * The link to `/setup` that the log shows while there is no user. Its token follows from
 * OJU_SECRET, so that the link of any instance opens the page at every other, and one that was
 * copied before a restart still does. It is worth nothing once there is a user.
 */
@Injectable()
export class SetupLink {
  constructor(private readonly secretBox: SecretBox) {}

  address(baseUrl: string): string {
    return `${baseUrl}/setup?token=${this.secretBox.tokens(PURPOSE)[0] ?? ''}`;
  }

  accepts(token: unknown): boolean {
    if (typeof token !== 'string') return false;
    const given = hash(token);
    return this.secretBox.tokens(PURPOSE).some((right) => timingSafeEqual(given, hash(right)));
  }
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

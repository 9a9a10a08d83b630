import { Injectable } from '@nestjs/common';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The link to `/setup` that the log of this process printed. Only the hash of its token is kept. */
@Injectable()
export class SetupLink {
  private tokenHash: Buffer | null = null;

  /** Makes a new link; the last one is worth nothing from now on. */
  renew(baseUrl: string): string {
    const token = randomBytes(32).toString('base64url');
    this.tokenHash = hash(token);
    return `${baseUrl}/setup?token=${token}`;
  }

  accepts(token: unknown): boolean {
    if (this.tokenHash === null || typeof token !== 'string') return false;
    return timingSafeEqual(this.tokenHash, hash(token));
  }
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

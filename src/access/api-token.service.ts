import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { IsNull, LessThan } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { ValidationFailed } from '../web/domain-error.js';
import { validateDto } from '../web/validation.js';
import { NewApiTokenDto } from './api-token.dto.js';
import { ApiToken } from './api-token.entity.js';
import { AuditTrail } from './audit-trail.service.js';
import type { Scope } from './rights.js';

const PREFIX_LENGTH = 12;
const TOUCH_EVERY_MS = 60_000;

/** The Bearer tokens of other systems. Only the hash of one is kept: it is shown once. */
@Injectable()
export class ApiTokenService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Makes a token of 32 random bytes.
   * @returns the token itself, which nobody can read back later, and what is kept of it
   * @throws ValidationFailed that names each bad field
   */
  async create(input: {
    name: string;
    scope: Scope;
    expiresAt?: Date;
  }): Promise<{ token: string; apiToken: ApiToken }> {
    const dto = validateDto(NewApiTokenDto, { ...input, name: input.name.trim() });
    const now = this.clock.now();
    if (dto.expiresAt && dto.expiresAt <= now) {
      throw new ValidationFailed([{ field: 'expiresAt', message: 'access.error.expiresAt' }]);
    }
    const token = `oju_${randomBytes(32).toString('base64url')}`;
    const apiToken = await this.unitOfWork.run(async () => {
      const row = this.tokens().create({
        name: dto.name,
        prefix: token.slice(0, PREFIX_LENGTH),
        tokenHash: hashToken(token),
        scope: dto.scope,
        createdAt: now,
        lastUsedAt: null,
        expiresAt: dto.expiresAt ?? null,
        revokedAt: null,
      });
      await this.tokens().insert(row);
      await this.audit.record({
        action: 'token.created',
        subject: { kind: 'token', id: row.id, label: row.name },
        after: { prefix: row.prefix, scope: row.scope, expiresAt: row.expiresAt },
      });
      return row;
    });
    return { token, apiToken };
  }

  /**
   * What is kept of a token that may be used now, or null. Any text costs one hash and one look
   * into the index of hashes, so how long it takes tells nothing about tokens that there are.
   */
  async verify(token: string): Promise<ApiToken | null> {
    const apiToken = await this.tokens().findOneBy({ tokenHash: hashToken(token) });
    const now = this.clock.now();
    if (!apiToken || apiToken.revokedAt) return null;
    if (apiToken.expiresAt && apiToken.expiresAt <= now) return null;
    await this.touch(apiToken, now);
    return apiToken;
  }

  /** When a token was last used is right to a minute: else every read would be a write. */
  private async touch(apiToken: ApiToken, now: Date): Promise<void> {
    const before = new Date(now.getTime() - TOUCH_EVERY_MS);
    if (apiToken.lastUsedAt && apiToken.lastUsedAt > before) return;
    const { id } = apiToken;
    apiToken.lastUsedAt = now;
    await this.unitOfWork.run(() =>
      this.tokens().update(
        [
          { id, lastUsedAt: IsNull() },
          { id, lastUsedAt: LessThan(now) },
        ],
        { lastUsedAt: now },
      ),
    );
  }

  private tokens() {
    return this.unitOfWork.repository(ApiToken);
  }
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

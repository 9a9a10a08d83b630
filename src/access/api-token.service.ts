import { Injectable } from '@nestjs/common';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { IsNull, LessThanOrEqual } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { NotFoundError, ValidationFailed } from '../web/domain-error.js';
import { keysetPage, type Page, type PageQuery } from '../web/paging.js';
import { validateDto } from '../web/validation.js';
import { TokenExpiredError, TokenRevokedError, UnauthenticatedError } from './access.errors.js';
import { NewApiTokenDto } from './api-token.dto.js';
import { ApiToken } from './api-token.entity.js';
import { AuditTrail } from './audit-trail.service.js';
import type { Scope } from './rights.js';

/** The form of every token that there is; what is not of it needs no look into the table. */
const TOKEN = /^oju_[A-Za-z0-9_-]{43}$/;
const PREFIX_LENGTH = 12;
const TOUCH_EVERY_MS = 60_000;

/** What a new token is made of. */
export interface NewApiToken {
  name: string;
  scope: Scope;
  /** Without one it is good until it is revoked. */
  expiresAt?: Date;
  /** The mail address of who makes it; without one it was the `oju` command. */
  createdBy?: string;
}

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
  async create({
    createdBy,
    ...input
  }: NewApiToken): Promise<{ token: string; apiToken: ApiToken }> {
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
        tokenHash: hashToken(token).toString('hex'),
        scope: dto.scope,
        createdAt: now,
        createdBy: createdBy ?? null,
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
   * What is kept of a token that may be used now. Its prefix, which is no secret, finds it in an
   * index; the rest is compared by its hash and in constant time.
   * @throws UnauthenticatedError when there is no such token
   * @throws TokenExpiredError, TokenRevokedError when it was good once: whoever has the whole
   *   token may be told
   */
  async verify(token: string): Promise<ApiToken> {
    const apiToken = TOKEN.test(token) ? await this.find(token) : null;
    if (!apiToken) throw new UnauthenticatedError();
    const now = this.clock.now();
    if (apiToken.revokedAt) throw new TokenRevokedError(apiToken.revokedAt);
    if (apiToken.expiresAt && apiToken.expiresAt <= now) {
      throw new TokenExpiredError(apiToken.expiresAt);
    }
    await this.touch(apiToken, now);
    return apiToken;
  }

  /** A page of all tokens, the newest first, with the time that tells which have expired. */
  async list(page: Pick<PageQuery, 'limit' | 'cursor'>): Promise<Page<ApiToken> & { now: Date }> {
    const query = this.tokens().createQueryBuilder('token');
    const found = await keysetPage(query, { columns: ['token.id'], direction: 'DESC' }, page);
    return { ...found, now: this.clock.now() };
  }

  /** @throws NotFoundError */
  async get(id: number): Promise<ApiToken> {
    const apiToken = await this.tokens().findOneBy({ id });
    if (!apiToken) throw new NotFoundError();
    return apiToken;
  }

  /**
   * Makes a token worthless, from the next request on. Revoking it again changes nothing.
   * @throws NotFoundError
   */
  async revoke(id: number): Promise<ApiToken> {
    return this.unitOfWork.run(async () => {
      const revokedAt = this.clock.now();
      const { affected } = await this.tokens().update({ id, revokedAt: IsNull() }, { revokedAt });
      const apiToken = await this.get(id);
      if (affected === 1) {
        await this.audit.record({
          action: 'token.revoked',
          subject: { kind: 'token', id, label: apiToken.name },
          after: { revokedAt },
        });
      }
      return apiToken;
    });
  }

  private async find(token: string): Promise<ApiToken | null> {
    const hash = hashToken(token);
    const candidates = await this.tokens().findBy({ prefix: token.slice(0, PREFIX_LENGTH) });
    return (
      candidates.find(({ tokenHash }) => timingSafeEqual(Buffer.from(tokenHash, 'hex'), hash)) ??
      null
    );
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
          { id, lastUsedAt: LessThanOrEqual(before) },
        ],
        { lastUsedAt: now },
      ),
    );
  }

  private tokens() {
    return this.unitOfWork.repository(ApiToken);
  }
}

function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { LessThanOrEqual, MoreThan } from 'typeorm';
import { AppConfig } from '../config/app-config.js';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { type LinkKind, OneTimeLink } from './one-time-link.entity.js';

const HOUR_MS = 3_600_000;
/** How long a link of each kind is good, ms. */
export const LINK_LIFE_MS: Readonly<Record<LinkKind, number>> = {
  invite: 7 * 24 * HOUR_MS,
  reset: 24 * HOUR_MS,
};

/** So many links that somebody asked for are good at once. */
const MOST_ASKED_FOR = 3;

/** Whom a new link is for. */
export type LinkFor = Pick<OneTimeLink, 'kind' | 'email' | 'role' | 'userId'>;

/** Links of 32 random bytes that work once. Whoever has one is taken for whom it was made for. */
@Injectable()
export class OneTimeLinks {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly config: AppConfig,
  ) {}

  /**
   * Makes a link; an older one of the kind for the same mail address is worth nothing from now on.
   * Not so one that anybody may ask for: then the oldest stays, and the newest others, three in all.
   * Inside the caller's unit of work.
   * @returns its address, which nobody can read back later
   */
  async make(meant: LinkFor, { isAskedFor = false } = {}): Promise<string> {
    const { kind, email } = meant;
    const token = randomBytes(32).toString('base64url');
    const createdAt = this.clock.now();
    await this.links().delete({ expiresAt: LessThanOrEqual(createdAt) });
    if (isAskedFor) await this.makeRoom(kind, email);
    else await this.links().delete({ kind, email });
    await this.links().insert({
      ...meant,
      tokenHash: hashToken(token),
      createdAt,
      expiresAt: new Date(createdAt.getTime() + LINK_LIFE_MS[kind]),
    });
    return `${this.config.baseUrl}/${kind}/${token}`;
  }

  /** What a link that is still good was made for, or null. */
  async find(kind: LinkKind, token: string): Promise<OneTimeLink | null> {
    const expiresAt = MoreThan(this.clock.now());
    return this.links().findOneBy({ kind, tokenHash: hashToken(token), expiresAt });
  }

  /** The same, and the link is worth nothing from now on. Of two that take it at once, one gets it. */
  async take(kind: LinkKind, token: string): Promise<OneTimeLink | null> {
    const link = await this.find(kind, token);
    if (!link) return null;
    const { affected } = await this.links().delete({ id: link.id });
    return affected === 1 ? link : null;
  }

  /** Links that are still good, oldest first. */
  async open(kind: LinkKind): Promise<OneTimeLink[]> {
    return this.links().find({
      where: { kind, expiresAt: MoreThan(this.clock.now()) },
      order: { id: 'ASC' },
    });
  }

  /** The newest link that is still good for a user. */
  async newestFor(kind: LinkKind, userId: number): Promise<OneTimeLink | null> {
    return this.links().findOne({
      where: { kind, userId, expiresAt: MoreThan(this.clock.now()) },
      order: { id: 'DESC' },
    });
  }

  /** Withdraws a link. @returns what it was made for, or null when it is gone */
  async withdraw(kind: LinkKind, id: number): Promise<OneTimeLink | null> {
    const link = await this.links().findOneBy({ kind, id });
    const { affected } = await this.links().delete({ kind, id });
    return affected === 1 ? link : null;
  }

  /** Withdraws every link to a user's password. */
  async withdrawOf(userId: number): Promise<void> {
    await this.links().delete({ userId });
  }

  /** One that an admin made is the oldest, since it voided all before: nobody voids it by asking. */
  private async makeRoom(kind: LinkKind, email: string): Promise<void> {
    const open = await this.links().find({ where: { kind, email }, order: { id: 'ASC' } });
    for (const { id } of open.slice(1, 2 - MOST_ASKED_FOR)) await this.links().delete({ id });
  }

  private links() {
    return this.unitOfWork.repository(OneTimeLink);
  }
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { In, LessThanOrEqual, MoreThan } from 'typeorm';
import { Clock } from '../config/clock.js';
import { isUniqueViolation } from '../database/unique-violation.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Tries } from './tries.entity.js';

const SWEEP_BATCH = 500;
/** More keys than these are not kept: of an attack from everywhere those go that end first. */
const MOST_KEPT = 50_000;

/**
 * The throttler's counts, in the database: they hold over instances and restarts. A count begins
 * with its first try and ends a fixed time later, whatever is tried meanwhile, so that nobody is
 * stopped for ever; who is stopped already costs a read and no write.
 */
@Injectable()
export class TriesStore implements ThrottlerStorage {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Counts a try, unless `limit` of them were counted already: then it is one too many. */
  async increment(keyHash: string, ttlMs: number, limit: number) {
    const now = this.clock.now();
    const seen = await this.tries().findOneBy({ keyHash });
    const tries =
      seen && seen.endsAt > now && seen.hits >= limit
        ? { hits: limit + 1, endsAt: seen.endsAt }
        : await this.count(keyHash, new Date(now.getTime() + ttlMs), limit);
    const leftSec = Math.max(1, Math.ceil((tries.endsAt.getTime() - now.getTime()) / 1000));
    const isBlocked = tries.hits > limit;
    return {
      totalHits: tries.hits,
      timeToExpire: leftSec,
      isBlocked,
      timeToBlockExpire: isBlocked ? leftSec : 0,
    };
  }

  /** Takes a counted try back, of each key. */
  async giveBack(keyHashes: readonly string[]): Promise<void> {
    await this.unitOfWork.run(async () => {
      for (const keyHash of keyHashes) {
        await this.tries().decrement({ keyHash, hits: MoreThan(0) }, 'hits', 1);
      }
    });
  }

  /** Whether a key was put in and has not ended. */
  async has(keyHash: string): Promise<boolean> {
    return this.tries().existsBy({ keyHash, endsAt: MoreThan(this.clock.now()) });
  }

  /** Keeps a key until `endsAt`, without a try. */
  async put(keyHash: string, endsAt: Date): Promise<void> {
    await this.unitOfWork.run(() => this.tries().upsert({ keyHash, hits: 0, endsAt }, ['keyHash']));
  }

  /**
   * Removes what has ended, and of too many what ends first, a bounded batch a transaction.
   * @returns how many there were
   */
  async sweep(): Promise<number> {
    let swept = 0;
    for (const isEnough of [false, true]) {
      let left = isEnough ? (await this.tries().count()) - MOST_KEPT : Number.POSITIVE_INFINITY;
      while (left > 0) {
        const ended = await this.tries().find({
          select: { keyHash: true },
          where: isEnough ? {} : { endsAt: LessThanOrEqual(this.clock.now()) },
          order: { endsAt: 'ASC' },
          take: Math.min(SWEEP_BATCH, left),
        });
        if (ended.length === 0) break;
        const keyHash = In(ended.map((tries) => tries.keyHash));
        await this.unitOfWork.run(() => this.tries().delete({ keyHash }));
        swept += ended.length;
        left -= ended.length;
      }
    }
    return swept;
  }

  private async count(keyHash: string, endsAt: Date, limit: number) {
    try {
      return await this.unitOfWork.run(() => this.countInside(keyHash, endsAt, limit));
    } catch (error) {
      // Another instance counted the first try at the same moment; this is the second, then.
      if (!isUniqueViolation(error)) throw error;
      return this.unitOfWork.run(() => this.countInside(keyHash, endsAt, limit));
    }
  }

  private async countInside(keyHash: string, endsAt: Date, limit: number) {
    const now = this.clock.now();
    const found = await this.tries().findOne({
      where: { keyHash },
      lock: this.unitOfWork.forUpdate,
    });
    if (!found) {
      await this.tries().insert({ keyHash, hits: 1, endsAt });
      return { hits: 1, endsAt };
    }
    if (found.endsAt <= now) {
      await this.tries().update({ keyHash }, { hits: 1, endsAt });
      return { hits: 1, endsAt };
    }
    const hits = found.hits + 1;
    if (hits <= limit) await this.tries().update({ keyHash }, { hits });
    return { hits, endsAt: found.endsAt };
  }

  private tries() {
    return this.unitOfWork.repository(Tries);
  }
}

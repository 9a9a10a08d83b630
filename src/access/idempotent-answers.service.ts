import { Injectable, Logger } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { In, IsNull, LessThanOrEqual } from 'typeorm';
import { Clock } from '../config/clock.js';
import { isUniqueViolation } from '../database/unique-violation.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { GivenAnswer } from '../web/answer-again.js';
import {
  AnswerNotKeptError,
  AnswerUnderWayError,
  KeyOfAnotherRequestError,
} from './access.errors.js';
import { IdempotentAnswer } from './idempotent-answer.entity.js';

const KEPT_MS = 24 * 3_600_000;
/** Longer than any POST takes; a process that died blocks its keys no longer than this. */
const LEASE_MS = 120_000;
/** MySQL's `text` holds 64 KiB. */
const LONGEST_BODY_BYTES = 60_000;
const SWEEP_BATCH = 500;

/** The turn to handle a request and to keep its answer. */
export interface Turn {
  keyHash: string;
  claim: string;
}

/** What POSTs of the API that named a key were answered, for 24 hours, and forms, for a while. */
@Injectable()
export class IdempotentAnswers {
  private readonly logger = new Logger('Answers');

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * The turn to handle a request, or what the same request was answered before.
   * @param owner a token by its id, or a user; each has keys of its own
   * @param key what the caller named it by
   * @param content the address and the body
   * @param keptMs for how long the answer stands
   * @throws KeyOfAnotherRequestError, AnswerUnderWayError, AnswerNotKeptError
   */
  async begin(
    owner: number | string,
    key: string,
    content: string,
    keptMs = KEPT_MS,
  ): Promise<{ turn: Turn } | { answer: GivenAnswer }> {
    const turn = { keyHash: hash(`${owner}\n${key}`), claim: randomBytes(16).toString('hex') };
    const take = () => this.unitOfWork.run(() => this.takeTurn(turn, hash(content), keptMs));
    try {
      return await take();
    } catch (error) {
      // The other of two at the same moment was first.
      if (!isUniqueViolation(error)) throw error;
      return take();
    }
  }

  /**
   * Ends a turn: the answer is kept, or with null the turn given back. What was asked for is done or
   * refused by now, so whoever asked is told so even if this fails, which only the log hears of.
   */
  async end(turn: Turn, answer: GivenAnswer | null): Promise<void> {
    try {
      if (answer === null) await this.giveUp(turn);
      else await this.keep(turn, answer);
    } catch (error) {
      this.logger.error(`An answer could not be kept: ${String(error)}`);
    }
  }

  /** Keeps the answer, unless the turn was lost because it took longer than its lease. */
  async keep({ keyHash, claim }: Turn, answer: GivenAnswer): Promise<void> {
    const isLong = Buffer.byteLength(answer.body) > LONGEST_BODY_BYTES;
    await this.unitOfWork.run(() =>
      this.answers().update(
        { keyHash, claim, status: IsNull() },
        { ...answer, body: isLong ? null : answer.body },
      ),
    );
  }

  /** Gives the turn back: whatever was answered is not worth giving again. */
  async giveUp({ keyHash, claim }: Turn): Promise<void> {
    await this.unitOfWork.run(() => this.answers().delete({ keyHash, claim, status: IsNull() }));
  }

  /**
   * Removes the answers that are a day old, a bounded batch a transaction.
   * @returns how many there were
   */
  async sweep(): Promise<number> {
    for (let swept = 0; ;) {
      const old = await this.answers().find({
        select: { keyHash: true },
        where: { expiresAt: LessThanOrEqual(this.clock.now()) },
        take: SWEEP_BATCH,
      });
      if (old.length > 0) {
        const keyHash = In(old.map((answer) => answer.keyHash));
        await this.unitOfWork.run(() => this.answers().delete({ keyHash }));
      }
      swept += old.length;
      if (old.length < SWEEP_BATCH) return swept;
    }
  }

  private async takeTurn(
    turn: Turn,
    requestHash: string,
    keptMs: number,
  ): Promise<{ turn: Turn } | { answer: GivenAnswer }> {
    const { keyHash } = turn;
    const now = this.clock.now();
    const found = await this.answers().findOne({
      where: { keyHash },
      lock: this.unitOfWork.forUpdate,
    });
    if (found && found.expiresAt > now) {
      if (found.requestHash !== requestHash) throw new KeyOfAnotherRequestError();
      if (found.status !== null) return { answer: answerOf(found) };
      if (found.leaseEndsAt > now) throw new AnswerUnderWayError();
    }
    const fresh = {
      ...turn,
      requestHash,
      leaseEndsAt: new Date(now.getTime() + LEASE_MS),
      status: null,
      contentType: null,
      location: null,
      body: null,
      expiresAt: new Date(now.getTime() + keptMs),
    };
    if (found) await this.answers().update({ keyHash }, fresh);
    else await this.answers().insert(fresh);
    return { turn };
  }

  private answers() {
    return this.unitOfWork.repository(IdempotentAnswer);
  }
}

/** @throws AnswerNotKeptError */
function answerOf({ status, contentType, location, body }: IdempotentAnswer): GivenAnswer {
  if (status === null || body === null) throw new AnswerNotKeptError();
  return { status, contentType: contentType ?? 'application/json', location, body };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

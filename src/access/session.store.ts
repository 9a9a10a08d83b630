import { Injectable } from '@nestjs/common';
import { type SessionData, Store } from 'express-session';
import type { Request } from 'express';
import { In, LessThanOrEqual } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Session } from './session.entity.js';
import { hashSessionId } from './session-id.js';

/** A session ends this long after it began, whatever is done in it. */
export const ABSOLUTE_LIMIT_MS = 7 * 24 * 3_600_000;
/** A session ends this long after the last request in it. */
export const IDLE_LIMIT_MS = 12 * 3_600_000;
const TOUCH_EVERY_MS = 60_000;
const SWEEP_BATCH = 500;

/** When a session began, and when the table last heard of it. */
interface Times {
  createdAt: Date;
  touchedAt: Date;
}

type Done = (error?: unknown) => void;

/**
 * Keeps express-session's sessions in the database, by the hash of their id, so that who reads the
 * table cannot take a session over.
 */
@Injectable()
export class DatabaseSessionStore extends Store {
  /** What is known of the session objects at hand: one that is not here was never stored. */
  private readonly stored = new WeakMap<object, Times>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {
    super();
  }

  override get(id: string, done: (error: unknown, session?: SessionData | null) => void): void {
    this.read(id).then((session) => {
      done(null, session);
    }, done);
  }

  override set(id: string, session: SessionData, done: Done = ignore): void {
    settle(this.write(id, session), done);
  }

  override destroy(id: string, done: Done = ignore): void {
    settle(
      this.unitOfWork.run(() => this.sessions().delete({ idHash: hashSessionId(id) })),
      done,
    );
  }

  override touch(id: string, session: SessionData, done: Done = ignore): void {
    settle(this.keepAlive(id, session), done);
  }

  override createSession(request: Request, data: SessionData) {
    const session = super.createSession(request, data);
    const times = this.stored.get(data);
    if (times) this.stored.set(session, times);
    return session;
  }

  /**
   * Removes the sessions that have ended, a bounded batch a transaction.
   * @returns how many there were
   */
  async sweep(): Promise<number> {
    const now = this.clock.now();
    for (let swept = 0; ;) {
      const ended = await this.sessions().find({
        select: { idHash: true },
        where: { expiresAt: LessThanOrEqual(now) },
        take: SWEEP_BATCH,
      });
      if (ended.length > 0) {
        const idHash = In(ended.map((session) => session.idHash));
        await this.unitOfWork.run(() => this.sessions().delete({ idHash }));
      }
      swept += ended.length;
      if (ended.length < SWEEP_BATCH) return swept;
    }
  }

  private async read(id: string): Promise<SessionData | null> {
    const row = await this.sessions().findOneBy({ idHash: hashSessionId(id) });
    if (!row || row.expiresAt <= this.clock.now()) return null;
    const data = JSON.parse(row.data) as SessionData;
    this.stored.set(data, { createdAt: row.createdAt, touchedAt: row.touchedAt });
    return data;
  }

  /** One that was stored is only ever updated: a slow request must not bring an ended one back. */
  private async write(id: string, session: SessionData): Promise<void> {
    const idHash = hashSessionId(id);
    const now = this.clock.now();
    const known = this.stored.get(session);
    const times = { createdAt: known?.createdAt ?? now, touchedAt: now };
    const row = {
      // Whoever waits for the second factor is signed out everywhere with the others.
      userId: session.userId ?? session.waitsFor?.userId ?? null,
      data: JSON.stringify(session),
      touchedAt: now,
      expiresAt: endOf(times),
    };
    await this.unitOfWork.run(async () => {
      if (known) await this.sessions().update({ idHash }, row);
      else await this.sessions().insert({ idHash, ...row, createdAt: now });
    });
    this.stored.set(session, times);
  }

  private async keepAlive(id: string, session: SessionData): Promise<void> {
    const now = this.clock.now();
    const known = this.stored.get(session);
    if (!known || now.getTime() - known.touchedAt.getTime() < TOUCH_EVERY_MS) return;
    const times = { createdAt: known.createdAt, touchedAt: now };
    await this.unitOfWork.run(() =>
      this.sessions().update(
        { idHash: hashSessionId(id) },
        { touchedAt: now, expiresAt: endOf(times) },
      ),
    );
    this.stored.set(session, times);
  }

  private sessions() {
    return this.unitOfWork.repository(Session);
  }
}

function endOf({ createdAt, touchedAt }: Times): Date {
  const endMs = Math.min(
    createdAt.getTime() + ABSOLUTE_LIMIT_MS,
    touchedAt.getTime() + IDLE_LIMIT_MS,
  );
  return new Date(endMs);
}

function settle(work: Promise<unknown>, done: Done): void {
  work.then(() => {
    done();
  }, done);
}

function ignore(): void {
  // express-session gives no callback when it does not wait for the answer.
}

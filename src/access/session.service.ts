import { Injectable } from '@nestjs/common';
import type { SessionData } from 'express-session';
import { createHash } from 'node:crypto';
import { MoreThan } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { NotFoundError } from '../web/domain-error.js';
import { AuditTrail } from './audit-trail.service.js';
import { Session } from './session.entity.js';
import { hashSessionId } from './session-id.js';

/** A session as its user may see it. */
export interface OwnSession {
  /** What forms call it by; neither its id nor what the table holds of it. */
  handle: string;
  userAgent: string;
  address: string;
  startedAt: Date;
  /** Right to a minute. */
  lastSeenAt: Date;
  isCurrent: boolean;
}

/** The sessions of those who are signed in, and their end. */
@Injectable()
export class SessionService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  /** A user's sessions, the one seen last first. @param currentId the id of the one that asks */
  async of(userId: number, currentId: string): Promise<OwnSession[]> {
    const current = hashSessionId(currentId);
    const rows = await this.signedIn(userId);
    return rows.map(({ idHash, data, createdAt, touchedAt }) => {
      const { device } = JSON.parse(data) as SessionData;
      return {
        handle: handleOf(idHash),
        userAgent: device?.userAgent ?? '',
        address: device?.address ?? '',
        startedAt: createdAt,
        lastSeenAt: touchedAt,
        isCurrent: idHash === current,
      };
    });
  }

  /** Ends one of a user's own sessions. @throws NotFoundError when the user has none of that handle */
  async end(userId: number, handle: string): Promise<void> {
    await this.unitOfWork.run(async () => {
      const session = (await this.signedIn(userId)).find(
        ({ idHash }) => handleOf(idHash) === handle,
      );
      if (!session) throw new NotFoundError();
      await this.sessions().delete({ idHash: session.idHash });
      const { device } = JSON.parse(session.data) as SessionData;
      const subject = { kind: 'session', id: handle, label: device?.address };
      await this.audit.record({ action: 'session.ended', subject });
    });
  }

  /** Ends all of a user's sessions, at once. */
  async endAll(userId: number): Promise<void> {
    await this.unitOfWork.run(async () => {
      await this.sessions().delete({ userId });
      await this.audit.record({ action: 'session.ended_all' });
    });
  }

  /** Ends the session with this id, which its own browser asked for. */
  async signOut(id: string): Promise<void> {
    await this.unitOfWork.run(async () => {
      const idHash = hashSessionId(id);
      const session = await this.sessions().findOneBy({ idHash });
      await this.sessions().delete({ idHash });
      if (session && isSignedIn(session)) await this.audit.record({ action: 'session.signed_out' });
    });
  }

  private async signedIn(userId: number): Promise<Session[]> {
    const rows = await this.sessions().find({
      where: { userId, expiresAt: MoreThan(this.clock.now()) },
      order: { touchedAt: 'DESC', idHash: 'ASC' },
    });
    return rows.filter(isSignedIn);
  }

  private sessions() {
    return this.unitOfWork.repository(Session);
  }
}

/** One that still waits for the second factor is nobody's. */
function isSignedIn({ data }: Session): boolean {
  return (JSON.parse(data) as SessionData).userId !== undefined;
}

function handleOf(idHash: string): string {
  return createHash('sha256').update(`handle of ${idHash}`).digest('hex').slice(0, 16);
}

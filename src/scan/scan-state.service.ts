import { Injectable } from '@nestjs/common';
import { In, IsNull, Not } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Scan, type WaitReason } from './scan.entity.js';

/** Why scans wait, and until when; null when only a person can end it. */
export interface Wait {
  reason: WaitReason;
  until: Date | null;
}

/** Says on open scans whether they run or wait. A state that stands is not written again. */
@Injectable()
export class ScanStateService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** A request is made for this scan now. */
  async running(scan: Scan): Promise<void> {
    if (scan.state === 'running' || scan.state === 'cancelled') return;
    await this.unitOfWork.run(() =>
      this.unitOfWork.repository(Scan).update(
        { id: scan.id, state: In(['queued', 'waiting']) },
        {
          state: 'running',
          reason: null,
          waitingUntil: null,
          startedAt: scan.startedAt ?? this.clock.now(),
        },
      ),
    );
  }

  /**
   * Open scans wait.
   * @param onlyOverAll when named re-scans may go on from the reserve
   */
  async waiting({ reason, until }: Wait, onlyOverAll = false): Promise<void> {
    const open = await this.unitOfWork.repository(Scan).findBy({
      finishedAt: IsNull(),
      state: Not(In(['cancelled'])),
      ...(onlyOverAll ? { isOverAll: true } : {}),
    });
    const news = open.filter(
      (scan) =>
        scan.state !== 'waiting' ||
        scan.reason !== reason ||
        !isSameMinute(scan.waitingUntil, until),
    );
    if (news.length === 0) return;
    await this.unitOfWork.run(() =>
      this.unitOfWork.repository(Scan).update(
        // A scan that was cancelled or ended since it was read stays so.
        {
          id: In(news.map(({ id }) => id)),
          finishedAt: IsNull(),
          state: In(['queued', 'running', 'waiting']),
        },
        { state: 'waiting', reason, waitingUntil: until },
      ),
    );
  }
}

function isSameMinute(a: Date | null, b: Date | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(a.getTime() - b.getTime()) < 60_000;
}

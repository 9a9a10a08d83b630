import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { AlertEvent } from './alert-event.entity.js';
import type { TimelineKind } from './alert.rules.js';

/** Who the system is on a timeline. */
export const SYSTEM = 'system';

/** What a change writes on an alert's timeline. */
export interface TimelineLine {
  kind: TimelineKind;
  data?: Record<string, unknown>;
}

/** A line of an alert's timeline. */
export interface TimelineEntry extends Required<TimelineLine> {
  id: number;
  at: Date;
  /** A mail address, `token NAME`, or `system`. */
  actor: string;
  /** The version of the alert that the change made. */
  version: number;
}

/** The append-only timeline of every alert. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds lines; inside the caller's unit of work, beside the change that they tell of.
   * @param alert as the change leaves it: its lines bear its version
   */
  async add(
    alert: { id: number; version: number },
    actor: string,
    lines: readonly TimelineLine[],
  ): Promise<void> {
    const at = this.clock.now();
    const rows = lines.map(({ kind, data }) => ({
      alertId: alert.id,
      at,
      actor,
      kind,
      data: { ...data, version: alert.version } as never,
    }));
    if (rows.length > 0) await this.unitOfWork.repository(AlertEvent).insert(rows);
  }

  /** All lines of an alert, oldest first. */
  async of(alertId: number): Promise<TimelineEntry[]> {
    const rows = await this.unitOfWork
      .repository(AlertEvent)
      .find({ where: { alertId }, order: { id: 'ASC' } });
    return rows.map(({ id, at, actor, kind, data: { version, ...data } }) => ({
      id,
      at,
      actor,
      kind: kind as TimelineKind,
      version: Number(version),
      data,
    }));
  }
}

import { Injectable } from '@nestjs/common';
import { In, IsNull, Not } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Acceptance } from './acceptance.entity.js';
import { Detection } from './detection.entity.js';
import type { AcceptedTriple } from './evidence.js';
import { isAcceptedTriple } from './flag.rules.js';

const LIVE = Not(IsNull());

/** What settling alerts accepted, by platform. Every method that writes joins a unit of work. */
@Injectable()
export class AcceptanceService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** The triples that are accepted on a platform. */
  async of(platformId: number): Promise<AcceptedTriple[]> {
    const rows = await this.unitOfWork.repository(Acceptance).findBy({ platformId });
    return rows.map(({ engineId, category, result }) => ({ engine: engineId, category, result }));
  }

  /**
   * Accepts an alert's live detections for its platform; those that another alert accepted too, so
   * that each alert's acceptance can be withdrawn by itself.
   */
  async accept(alertId: number, platformId: number): Promise<void> {
    const detections = this.unitOfWork.repository(Detection);
    const rows = await detections.findBy({ alertId, liveEngineId: LIVE });
    if (rows.length === 0) return;
    const acceptedAt = this.clock.now();
    await this.unitOfWork.repository(Acceptance).insert(
      rows.map(({ engineId, category, result }) => ({
        platformId,
        engineId,
        category,
        result,
        alertId,
        acceptedAt,
      })),
    );
    await detections.update({ id: In(rows.map(({ id }) => id)) }, { state: 'accepted' });
  }

  /** Takes back what settling an alert accepted; what no other alert accepted counts again. */
  async withdraw(alertId: number, platformId: number): Promise<void> {
    await this.unitOfWork.repository(Acceptance).delete({ alertId });
    const accepted = await this.of(platformId);
    const detections = this.unitOfWork.repository(Detection);
    const rows = await detections.findBy({ platformId, liveEngineId: LIVE, state: 'accepted' });
    const ids = rows
      .filter(({ engineId, ...row }) => !isAcceptedTriple({ ...row, engine: engineId }, accepted))
      .map(({ id }) => id);
    if (ids.length > 0) await detections.update({ id: In(ids) }, { state: 'detected' });
  }

  /** Engines said harmless or undetected on the platform: nothing of theirs is accepted there. */
  async end(platformId: number, engineIds: readonly number[]): Promise<void> {
    if (engineIds.length === 0) return;
    await this.unitOfWork
      .repository(Acceptance)
      .delete({ platformId, engineId: In([...engineIds]) });
  }
}

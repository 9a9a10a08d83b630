import { Injectable } from '@nestjs/common';
import { In, IsNull, Not, type Repository } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Alert } from './alert.entity.js';
import type { AlertState } from './alert.rules.js';
import { Detection } from './detection.entity.js';
import { delistFigures, type DelistFigures } from './engine-figures.rules.js';

/** What an engine flagged and flags, and how it ended. */
export interface EngineFigures extends DelistFigures {
  /** Detections that count now, the newest first; at most {@link SHOWN}. */
  now: Detection[];
  nowCount: number;
  /** Those that stand but do not count: accepted, silent, or on an archived platform. */
  uncounted: Detection[];
  uncountedCount: number;
  /** Past ones, the newest first; at most {@link SHOWN}. */
  before: Detection[];
  beforeCount: number;
  /** Settled alerts that it was on. */
  settled: number;
  /** Of those, the false positives. */
  falsePositives: number;
}

const SHOWN = 50;
/** Enough for a median that tells something, and not a whole history in memory. */
const CASES = 2000;

/** Figures of engines, from alerts and detections. */
@Injectable()
export class EngineFigureService {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** How many open alerts each engine counts on, by engine id. */
  async openAlerts(): Promise<Map<number, number>> {
    const rows = await this.detections
      .createQueryBuilder('detection')
      .innerJoin(Alert, 'alert', 'alert.id = detection.alertId')
      .select('detection.engineId', 'engineId')
      .addSelect('COUNT(DISTINCT alert.id)', 'count')
      .where('alert.openPlatformId IS NOT NULL')
      .andWhere('detection.liveEngineId IS NOT NULL')
      .andWhere("detection.state = 'detected'")
      .groupBy('detection.engineId')
      .getRawMany<{ engineId: number; count: number | string }>();
    return new Map(rows.map(({ engineId, count }) => [engineId, Number(count)]));
  }

  /** The figures of one engine. @param engineIds of all the names that it had */
  async of(engineIds: readonly number[]): Promise<EngineFigures> {
    const engineId = In([...engineIds]);
    const relations = { platform: true };
    const live = { engineId, liveEngineId: Not(IsNull()) };
    const isDetected = { ...live, state: 'detected' } as const;
    const newestFirst = { order: { firstSeenAt: 'DESC', id: 'DESC' }, take: SHOWN } as const;
    const [now, nowCount] = await this.detections.findAndCount({
      where: { ...isDetected, platform: { archivedAt: IsNull() } },
      relations,
      ...newestFirst,
    });
    const [uncounted, uncountedCount] = await this.detections.findAndCount({
      where: [
        { ...live, state: Not('detected') },
        { ...isDetected, platform: { archivedAt: Not(IsNull()) } },
      ],
      relations,
      ...newestFirst,
    });
    const [before, beforeCount] = await this.detections.findAndCount({
      where: { engineId, liveEngineId: IsNull() },
      relations,
      order: { lastSeenAt: 'DESC', id: 'DESC' },
      take: SHOWN,
    });
    const cleared = await this.detections.find({
      select: { id: true, platformId: true, firstSeenAt: true, clearedAt: true },
      where: { engineId, clearedAt: Not(IsNull()) },
      order: { id: 'DESC' },
      take: CASES,
    });
    const counts = {
      now,
      nowCount,
      uncounted,
      uncountedCount,
      before,
      beforeCount,
      ...delistFigures(cleared),
    };
    return { ...counts, ...(await this.settled(engineIds)) };
  }

  private async settled(
    engineIds: readonly number[],
  ): Promise<Pick<EngineFigures, 'settled' | 'falsePositives'>> {
    const counts = { settled: 0, falsePositives: 0 };
    if (engineIds.length === 0) return counts;
    const rows = await this.detections
      .createQueryBuilder('detection')
      .innerJoin(Alert, 'alert', 'alert.id = detection.alertId')
      .select('alert.state', 'state')
      .addSelect('COUNT(DISTINCT alert.id)', 'count')
      .where('detection.engineId IN (:...engineIds)', { engineIds })
      .andWhere('alert.openPlatformId IS NULL')
      .groupBy('alert.state')
      .getRawMany<{ state: AlertState; count: number | string }>();
    for (const { state, count } of rows) {
      counts.settled += Number(count);
      if (state === 'false_positive') counts.falsePositives += Number(count);
    }
    return counts;
  }

  private get detections(): Repository<Detection> {
    return this.unitOfWork.repository(Detection);
  }
}

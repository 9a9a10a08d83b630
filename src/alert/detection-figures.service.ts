import { Injectable } from '@nestjs/common';
import { Brackets } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { EngineService } from '../vendor/engine.service.js';
import { VendorService } from '../vendor/vendor.service.js';
import { daysBefore } from './alert-age.rules.js';
import { Detection } from './detection.entity.js';
import {
  type DetectionDay,
  detectionsByDay,
  type DetectionSpan,
  lastDays,
} from './detection-days.rules.js';

/** An engine with what it flags now. */
export interface FlaggingEngine {
  /** Its exact name, by which the list of alerts is narrowed. */
  engine: string;
  /** The vendor of that very name; null where there is none. */
  vendorId: number | null;
  /** Detections of it that count now. */
  detections: number;
}

/** Figures of detections, for whoever looks at all of them at once. Reads alone. */
@Injectable()
export class DetectionFigures {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly engines: EngineService,
    private readonly vendors: VendorService,
  ) {}

  /**
   * The engines with most detections that count now: neither accepted nor silent, on platforms that
   * are not archived, as the page of a vendor counts them.
   * @param most so many
   */
  async topEngines(most: number): Promise<FlaggingEngine[]> {
    const rows = await this.unitOfWork
      .repository(Detection)
      .createQueryBuilder('detection')
      .innerJoin('detection.platform', 'platform')
      .select('detection.liveEngineId', 'engineId')
      .addSelect('COUNT(*)', 'detections')
      .where('detection.liveEngineId IS NOT NULL')
      .andWhere("detection.state = 'detected'")
      .andWhere('platform.archivedAt IS NULL')
      .groupBy('detection.liveEngineId')
      .orderBy('detections', 'DESC')
      .addOrderBy('detection.liveEngineId', 'ASC')
      .limit(most)
      .getRawMany<{ engineId: number; detections: number | string }>();
    const names = await this.engines.namesOf(rows.map(({ engineId }) => engineId));
    const vendors = await this.vendors.findByNames(names.values());
    return rows.map(({ engineId, detections }) => {
      const engine = names.get(engineId) ?? '';
      return {
        engine,
        vendorId: vendors.get(engine)?.id ?? null,
        detections: Number(detections),
      };
    });
  }

  /**
   * How many detections stood at the end of each of the last days, the present one last: not how
   * many were new, since what weighs on people is what is left to be cleared, and a day without a
   * scan would look like a quiet one. They come from detections, not from verdicts: whether one was
   * accepted is known of them alone, and when it began and ended even after a scan's details were
   * thinned out. What was accepted counts until it was.
   * @param count of days
   */
  async byDay(count: number): Promise<DetectionDay[]> {
    const now = this.clock.now();
    const days = lastDays(now, count);
    const rows = await this.unitOfWork
      .repository(Detection)
      .createQueryBuilder('detection')
      .leftJoin('detection.alert', 'alert')
      .select('detection.id', 'id')
      .addSelect('detection.platformId', 'platformId')
      .addSelect('detection.engineId', 'engineId')
      .addSelect('detection.category', 'category')
      .addSelect('detection.state', 'state')
      .addSelect('CASE WHEN detection.liveEngineId IS NULL THEN 0 ELSE 1 END', 'isLive')
      // Both databases give the day of a time this way, in UTC as it is kept.
      .addSelect('SUBSTR(detection.firstSeenAt, 1, 10)', 'firstDay')
      .addSelect('SUBSTR(detection.lastSeenAt, 1, 10)', 'lastDay')
      .addSelect('SUBSTR(detection.clearedAt, 1, 10)', 'clearedDay')
      .addSelect('alert.state', 'alertState')
      .addSelect('alert.reason', 'alertReason')
      .addSelect('SUBSTR(alert.resolvedAt, 1, 10)', 'settledDay')
      .where(
        new Brackets((where) => {
          where
            .where('detection.clearedAt IS NULL')
            .orWhere('detection.clearedAt >= :since', { since: daysBefore(now, count) });
        }),
      )
      .getRawMany<Omit<DetectionSpan, 'isLive'> & { isLive: number | string }>();
    return detectionsByDay(
      rows.map((row) => ({ ...row, isLive: Number(row.isLive) === 1 })),
      days,
    );
  }
}

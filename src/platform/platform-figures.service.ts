import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { freshSince } from './platform-state.rules.js';
import { Platform, type PlatformState } from './platform.entity.js';
import { PlatformService } from './platform.service.js';

/** How many platforms there are, by state; each number is the total of the list with that filter. */
export interface PlatformCounts extends Record<PlatformState, number> {
  /** Those that a scan over all takes in. */
  active: number;
}

/** Figures of platforms, for whoever looks at all of them at once. Reads alone. */
@Injectable()
export class PlatformFigures {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly platforms: PlatformService,
  ) {}

  /** Those that are not archived. */
  async counts(): Promise<PlatformCounts> {
    const { now, frequencyDays } = await this.platforms.viewContext();
    const fresh = `platform.state = 'clean' AND platform.lastConclusiveAt >= :fresh`;
    const count = (condition: string) => `SUM(CASE WHEN ${condition} THEN 1 ELSE 0 END)`;
    const row = await this.unitOfWork
      .repository(Platform)
      .createQueryBuilder('platform')
      .select('COUNT(*)', 'total')
      .addSelect(count('platform.isActive = :isActive'), 'active')
      .addSelect(count(`platform.state = 'flagged'`), 'flagged')
      .addSelect(count(fresh), 'clean')
      .where('platform.archivedAt IS NULL')
      .setParameters({ isActive: true, fresh: freshSince(now, frequencyDays) })
      .getRawOne<Record<'total' | 'active' | 'flagged' | 'clean', number | string | null>>();
    // The sum of no rows is no number.
    const [total, active, flagged, clean] = [row?.total, row?.active, row?.flagged, row?.clean].map(
      (value) => Number(value ?? 0),
    ) as [number, number, number, number];
    return { active, flagged, clean, unknown: total - flagged - clean };
  }
}

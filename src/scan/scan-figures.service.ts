import { Injectable } from '@nestjs/common';
import { In, MoreThan, MoreThanOrEqual, Not, IsNull } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Scan } from './scan.entity.js';

/** A scan that asked VirusTotal and came to its end: of no platform, nothing was asked. */
const CAME_TO_ITS_END = {
  state: In(['completed', 'completed_with_errors']),
  requestsUsed: MoreThan(0),
};

/** Figures of scans, for whoever looks at all of them at once. Reads alone. */
@Injectable()
export class ScanFigures {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Whether any scan of platforms has come to its end. */
  async hasFinished(): Promise<boolean> {
    return this.unitOfWork
      .repository(Scan)
      .existsBy({ ...CAME_TO_ITS_END, finishedAt: Not(IsNull()) });
  }

  /** When scans over all platforms came to their ends, from then on. */
  async finishedSince(since: Date): Promise<Date[]> {
    const scans = await this.unitOfWork.repository(Scan).find({
      select: { id: true, finishedAt: true },
      where: { ...CAME_TO_ITS_END, isOverAll: true, finishedAt: MoreThanOrEqual(since) },
    });
    return scans.flatMap(({ finishedAt }) => finishedAt ?? []);
  }
}

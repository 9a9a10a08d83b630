import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { keysetBatches, type KeysetOrder } from '../web/paging.js';
import { orderOf } from '../web/sorting.js';
import type { Exported } from './import/export.request.js';
import type { ExportRow } from './import/export-text.js';
import { filterPlatforms, type PlatformFilter } from './platform-filter.js';
import { ALL_PLATFORM_COLUMNS, PLATFORM_COLUMNS } from './platform-import.service.js';
import { PLATFORM_SORTS } from './platform-sort.js';
import { freshSince } from './platform-state.rules.js';
import { Platform } from './platform.entity.js';
import { PlatformService } from './platform.service.js';

/** Which platforms a file holds, and in which order. */
export interface ExportedPlatforms extends PlatformFilter {
  /** Archived ones as well, which the filters mean too. */
  archived?: boolean;
  /** As a list takes it; without it the oldest come first. */
  sort?: string;
}

const OLDEST_FIRST: KeysetOrder = { columns: ['platform.id'], direction: 'ASC' };

/** The platforms as a file holds them. */
@Injectable()
export class PlatformExport {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly platforms: PlatformService,
  ) {}

  /** The platforms that are meant, by the columns of a file. */
  of(meant: ExportedPlatforms): Exported {
    const { archived = false } = meant;
    return {
      name: archived ? 'oju-platforms-with-archived' : 'oju-platforms',
      columns: archived ? ALL_PLATFORM_COLUMNS : PLATFORM_COLUMNS,
      batches: this.batches(meant, archived),
    };
  }

  private async *batches(
    meant: ExportedPlatforms,
    withArchived: boolean,
  ): AsyncGenerator<ExportRow[]> {
    const { now, frequencyDays } = await this.platforms.viewContext();
    const query = (): SelectQueryBuilder<Platform> => {
      const all = this.unitOfWork.repository(Platform).createQueryBuilder('platform');
      if (!withArchived) all.where('platform.archivedAt IS NULL');
      filterPlatforms(all, meant, freshSince(now, frequencyDays));
      return all;
    };
    const { sort } = meant;
    const order = sort === undefined ? OLDEST_FIRST : orderOf(PLATFORM_SORTS, sort);
    for await (const batch of keysetBatches(query, order)) {
      yield batch.map((platform) => rowOf(platform, withArchived));
    }
  }
}

function rowOf(platform: Platform, withArchived: boolean): ExportRow {
  const { name, url, isActive, ownerName, ownerEmail, tags, notes, archivedAt } = platform;
  const row = { name, url, active: isActive, ownerName, ownerEmail, tags, notes };
  return withArchived ? { ...row, archivedAt: archivedAt?.toISOString() ?? null } : row;
}

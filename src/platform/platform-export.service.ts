import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { Exported } from './import/export.request.js';
import type { ExportRow } from './import/export-text.js';
import { ALL_PLATFORM_COLUMNS, PLATFORM_COLUMNS } from './platform-import.service.js';
import { Platform } from './platform.entity.js';

const ROWS_A_QUERY = 500;

/** The platforms as a file holds them. */
@Injectable()
export class PlatformExport {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** All platforms, oldest first, by the columns of a file; archived ones only where asked for. */
  of(withArchived: boolean): Exported {
    return {
      name: withArchived ? 'oju-platforms-with-archived' : 'oju-platforms',
      columns: withArchived ? ALL_PLATFORM_COLUMNS : PLATFORM_COLUMNS,
      batches: this.batches(withArchived),
    };
  }

  private async *batches(withArchived: boolean): AsyncGenerator<ExportRow[]> {
    const platforms = this.unitOfWork.repository(Platform);
    for (let after = 0; ;) {
      const batch = await platforms.find({
        where: { id: MoreThan(after), ...(withArchived ? {} : { archivedAt: IsNull() }) },
        order: { id: 'ASC' },
        take: ROWS_A_QUERY,
      });
      yield batch.map((platform) => rowOf(platform, withArchived));
      const last = batch.at(-1);
      if (!last || batch.length < ROWS_A_QUERY) return;
      after = last.id;
    }
  }
}

function rowOf(platform: Platform, withArchived: boolean): ExportRow {
  const { name, url, isActive, ownerName, ownerEmail, tags, notes, archivedAt } = platform;
  const row = { name, url, active: isActive, ownerName, ownerEmail, tags, notes };
  return withArchived ? { ...row, archivedAt: archivedAt?.toISOString() ?? null } : row;
}

import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { ExportRow } from './import/export-text.js';
import { Platform } from './platform.entity.js';

const ROWS_A_QUERY = 500;

/** The platforms as a file holds them. */
@Injectable()
export class PlatformExport {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** All platforms but archived ones, oldest first, by the columns of a file. */
  async *batches(): AsyncGenerator<ExportRow[]> {
    const platforms = this.unitOfWork.repository(Platform);
    for (let after = 0; ;) {
      const batch = await platforms.find({
        where: { id: MoreThan(after), archivedAt: IsNull() },
        order: { id: 'ASC' },
        take: ROWS_A_QUERY,
      });
      yield batch.map(rowOf);
      const last = batch.at(-1);
      if (!last || batch.length < ROWS_A_QUERY) return;
      after = last.id;
    }
  }
}

function rowOf(platform: Platform): ExportRow {
  const { name, url, isActive, ownerName, ownerEmail, tags, notes } = platform;
  return { name, url, active: isActive, ownerName, ownerEmail, tags, notes };
}

import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { ExportRow } from '../platform/import/export-text.js';
import { Vendor } from './vendor.entity.js';

const ROWS_A_QUERY = 500;

/** The vendors as a file holds them. */
@Injectable()
export class VendorExport {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** All vendors, oldest first, by the columns of a file. */
  async *batches(): AsyncGenerator<ExportRow[]> {
    const vendors = this.unitOfWork.repository(Vendor);
    for (let after = 0; ;) {
      const batch = await vendors.find({
        where: { id: MoreThan(after) },
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

function rowOf(vendor: Vendor): ExportRow {
  const { name, contact, comments, contactState, contactStateAt, contactStateBy } = vendor;
  return {
    name,
    contact,
    comments,
    contactState,
    contactStateAt: contactStateAt?.toISOString() ?? null,
    contactStateBy,
  };
}

import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { Exported } from '../platform/import/export.request.js';
import type { ExportRow } from '../platform/import/export-text.js';
import { keysetBatches, type KeysetOrder } from '../web/paging.js';
import { orderOf } from '../web/sorting.js';
import { filterVendors, type VendorFilter } from './vendor-filter.js';
import { VENDOR_COLUMNS } from './vendor-import.service.js';
import { VENDOR_SORTS } from './vendor-sort.js';
import { Vendor } from './vendor.entity.js';

/** Which vendors a file holds, and in which order: as a list takes it, else the oldest first. */
export interface ExportedVendors extends VendorFilter {
  sort?: string;
}

const OLDEST_FIRST: KeysetOrder = { columns: ['vendor.id'], direction: 'ASC' };

/** The vendors as a file holds them. */
@Injectable()
export class VendorExport {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** The vendors that are meant, by the columns of a file. */
  of(meant: ExportedVendors): Exported {
    return { name: 'oju-vendors', columns: VENDOR_COLUMNS, batches: this.batches(meant) };
  }

  private async *batches(meant: ExportedVendors): AsyncGenerator<ExportRow[]> {
    const query = (): SelectQueryBuilder<Vendor> => {
      const all = this.unitOfWork.repository(Vendor).createQueryBuilder('vendor');
      filterVendors(all, meant);
      return all;
    };
    const { sort } = meant;
    const order = sort === undefined ? OLDEST_FIRST : orderOf(VENDOR_SORTS, sort);
    for await (const batch of keysetBatches(query, order)) yield batch.map(rowOf);
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

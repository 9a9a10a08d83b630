import { Brackets, type SelectQueryBuilder } from 'typeorm';
import type { Vendor } from './vendor.entity.js';

/** Which vendors a list shows. */
export interface VendorFilter {
  /** Text that the name, the contact or the comments contain, in upper or lower case. */
  search?: string;
}

/** Narrows a query over `vendor`. */
export function filterVendors(query: SelectQueryBuilder<Vendor>, { search }: VendorFilter): void {
  if (search !== undefined) query.andWhere(contains(search));
}

/** As typed and in lower case: SQLite's LOWER knows ASCII alone, MySQL's LIKE keeps to the case. */
function contains(search: string): Brackets {
  const pattern = `%${search.replace(/[!%_]/g, '!$&')}%`;
  return new Brackets((where) => {
    for (const property of ['name', 'contact', 'comments']) {
      where
        .orWhere(`vendor.${property} LIKE :pattern ESCAPE '!'`, { pattern })
        .orWhere(`LOWER(vendor.${property}) LIKE :lowered ESCAPE '!'`, {
          lowered: pattern.toLowerCase(),
        });
    }
  });
}

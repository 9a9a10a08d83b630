import type { Repository } from 'typeorm';
import type { ImportRow } from './import-row.entity.js';

/**
 * So many rows are moved by one statement: SQLite keeps in memory what a statement selects from the
 * table that it inserts into.
 */
const ROWS_A_STATEMENT = 10_000;

/** The ids of an import's rows in ranges that one statement each can take, in their order. */
export async function idRanges<R extends ImportRow>(
  rows: Repository<R>,
  importId: number,
): Promise<{ from: number; to: number }[]> {
  const ids = await rows
    .createQueryBuilder('row')
    .select('MIN(row.id)', 'first')
    .addSelect('MAX(row.id)', 'last')
    .where('row.importId = :importId', { importId })
    .getRawOne<{ first: number | null; last: number | null }>();
  const ranges = [];
  for (let from = ids?.first ?? 0; from <= (ids?.last ?? -1);) {
    const to = from + ROWS_A_STATEMENT - 1;
    ranges.push({ from, to });
    from = to + 1;
  }
  return ranges;
}

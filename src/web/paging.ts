import { ApiPropertyOptional } from './api-doc.js';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { setImmediate } from 'node:timers/promises';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { type CursorValue, readCursor, writeCursor } from './cursor.rules.js';
import { ValidationFailed } from './domain-error.js';
import { behind, type Direction, type KeysetColumn, reversed } from './keyset.rules.js';
import { says } from './validation.js';

export const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;
/** How many rows of a whole list are read at once. */
const ROWS_A_BATCH = 200;

/** `?limit=` and `?cursor=` of every list; a list with filters extends it. */
export class PageQuery {
  @ApiPropertyOptional({ type: Number, minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
  )
  @IsInt(says('error.limit'))
  @Min(1, says('error.limit'))
  @Max(MAX_LIMIT, says('error.limit'))
  limit?: number;

  @ApiPropertyOptional({ description: 'nextCursor of the page before, in the same order' })
  @IsOptional()
  @IsString(says('error.cursor'))
  @MaxLength(4000, says('error.cursor'))
  cursor?: string;
}

/** One page of a list. */
export interface Page<T> {
  items: T[];
  total: number;
  limit: number;
  nextCursor: string | null;
  /** Of the page before; null on the first page. */
  prevCursor: string | null;
}

/** What an order reads that is no column: a rank, of a few values and never NULL. */
interface OrderExpression {
  /** In cursors. */
  name: string;
  /** Of columns as `alias.property`; without parameters. */
  sql: string;
}

/**
 * What a list is ordered by: `alias.property` of columns of the rows themselves, or expressions,
 * that are unique together. On both databases only what has the same order on both: numbers, times,
 * and text that is compared byte for byte.
 */
export interface KeysetOrder {
  columns: readonly (string | OrderExpression)[];
  direction: Direction;
  /** Its text is all ASCII: MySQL compares no other letters with such a column. */
  isAscii?: boolean;
}

/** A row with what it is ordered by. */
interface Placed<T> {
  row: T;
  values: CursorValue[];
}

/**
 * One page by keyset: rows that come or go meanwhile move no other row to another page.
 * @param query with all filters set, and neither order nor limit; what it joins is one row at most
 * @throws ValidationFailed on `cursor` when it is not one that this list gave out in this order
 */
export async function keysetPage<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  order: KeysetOrder,
  { limit = DEFAULT_LIMIT, cursor }: PageQuery,
): Promise<Page<T>> {
  const place = cursor === undefined ? null : placeOf(cursor, order);
  const total = await query.getCount();
  const after = place?.isBefore ? null : (place?.values ?? null);
  if (place?.isBefore) {
    const { direction } = order;
    const backwards = { ...order, direction: reversed(direction) };
    const before = await placed(query.clone(), backwards, limit + 1, place.values);
    if (before.length > limit) {
      const rows = before.slice(0, limit).reverse();
      return pageOf(rows, { total, limit, order, hasNext: true, hasPrev: true });
    }
    // Too few for a page: it is the first one, which is shown as such, whole.
  }
  const found = await placed(query, order, limit + 1, after);
  const rows = found.slice(0, limit);
  return pageOf(rows, {
    total,
    limit,
    order,
    hasNext: found.length > limit,
    hasPrev: after !== null,
  });
}

/**
 * All rows in an order, a bounded batch at a time and with a turn of the event loop between them:
 * for files, which may hold a whole list.
 * @param query makes it anew for each batch: as for {@link keysetPage}
 */
export async function* keysetBatches<T extends ObjectLiteral>(
  query: () => SelectQueryBuilder<T>,
  order: KeysetOrder,
): AsyncGenerator<T[]> {
  for (let after: CursorValue[] | null = null; ;) {
    const batch: Placed<T>[] = await placed(query(), order, ROWS_A_BATCH, after);
    if (batch.length > 0) yield batch.map(({ row }) => row);
    const last = batch.at(-1);
    if (!last || batch.length < ROWS_A_BATCH) return;
    after = last.values;
    await setImmediate();
  }
}

function pageOf<T>(
  rows: readonly Placed<T>[],
  of: { total: number; limit: number; order: KeysetOrder; hasNext: boolean; hasPrev: boolean },
): Page<T> {
  const { total, limit, order, hasNext, hasPrev } = of;
  const [first, last] = [rows[0], rows.at(-1)];
  const cursor = ({ values }: Placed<T>, isBefore: boolean) =>
    writeCursor({ order: nameOf(order), isBefore, values });
  return {
    items: rows.map(({ row }) => row),
    total,
    limit,
    nextCursor: hasNext && last ? cursor(last, false) : null,
    prevCursor: hasPrev && first ? cursor(first, true) : null,
  };
}

/** The first rows of an order, or the first after a place in it. */
async function placed<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  { columns, direction }: KeysetOrder,
  count: number,
  after: readonly CursorValue[] | null,
): Promise<Placed<T>[]> {
  const keys = columns.map((column) => keysetColumn(query, column));
  if (after) {
    const { sql, parameters } = behind(keys, direction, after);
    query.andWhere(sql, parameters);
  }
  for (const [index, { sql }] of keys.entries()) {
    query.addOrderBy(sql, direction);
    if (typeof columns[index] !== 'string') query.addSelect(sql, rawName(index));
  }
  // Not `take`: with a join it asks for the ids first and then for their rows, and what changes in
  // between would be lost to whoever reads on from here.
  const { entities, raw } = await query
    .limit(count)
    .getRawAndEntities<Record<string, CursorValue>>();
  return entities.map((row, nth) => ({
    row,
    values: columns.map((column, index) =>
      typeof column === 'string'
        ? ((row[propertyOf(column)] as CursorValue | undefined) ?? null)
        : (raw[nth]?.[rawName(index)] ?? null),
    ),
  }));
}

function keysetColumn<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  column: string | OrderExpression,
): KeysetColumn {
  if (typeof column !== 'string') return { sql: `(${column.sql})`, isNullable: false };
  const property = propertyOf(column);
  const known = query.expressionMap.mainAlias?.metadata.findColumnWithPropertyName(property);
  if (!known) throw new Error(`Nothing can be ordered by ${column}: it is no column of the rows`);
  return { sql: column, isNullable: known.isNullable };
}

function rawName(index: number): string {
  return `order_${index}`;
}

function propertyOf(column: string): string {
  return column.slice(column.indexOf('.') + 1);
}

/** What sets an order apart from every other of the same list. */
function nameOf({ columns, direction }: KeysetOrder): string {
  const names = columns.map((column) =>
    typeof column === 'string' ? propertyOf(column) : column.name,
  );
  return `${direction === 'ASC' ? '' : '-'}${names.join(',')}`;
}

/** @throws ValidationFailed */
function placeOf(cursor: string, order: KeysetOrder) {
  const place = readCursor(cursor, nameOf(order), order.columns.length);
  const isFit = !order.isAscii || place?.values.every(isAscii);
  if (!place || !isFit) throw new ValidationFailed([{ field: 'cursor', message: 'error.cursor' }]);
  return place;
}

function isAscii(value: CursorValue): boolean {
  return typeof value !== 'string' || /^[\x20-\x7e]*$/.test(value);
}

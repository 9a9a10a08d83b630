import { ApiPropertyOptional } from './api-doc.js';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { ValidationFailed } from './domain-error.js';
import { says } from './validation.js';

export const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

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

  @ApiPropertyOptional({ description: 'nextCursor of the page before' })
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
}

/** What a list is ordered by: `alias.property` of columns that are unique together. */
export interface KeysetOrder {
  columns: readonly string[];
  direction: 'ASC' | 'DESC';
}

type CursorValue = string | number;

/**
 * One page by keyset: rows that come or go meanwhile move no other row to another page.
 * @param query with all filters set, and neither order nor limit; what it joins is one row at most
 * @throws ValidationFailed on `cursor` when it is not one that this list gave out
 */
export async function keysetPage<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  order: KeysetOrder,
  { limit = DEFAULT_LIMIT, cursor }: PageQuery,
): Promise<Page<T>> {
  const total = await query.getCount();
  if (cursor !== undefined) after(query, order, readCursor(cursor, order.columns.length));
  for (const column of order.columns) query.addOrderBy(column, order.direction);
  // Not `take`: with a join it asks for the ids first and then for their rows, and what changes in
  // between would be lost to whoever reads on from here.
  const rows = await query.limit(limit + 1).getMany();
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    total,
    limit,
    nextCursor: rows.length > limit && last ? writeCursor(last, order) : null,
  };
}

/** `(a, b) > (x, y)` spelled out, since not every database compares rows. */
function after<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  { columns, direction }: KeysetOrder,
  values: readonly CursorValue[],
): void {
  const sign = direction === 'ASC' ? '>' : '<';
  const alternatives = columns.map((column, index) => {
    const equal = columns.slice(0, index).map((earlier, i) => `${earlier} = :cursor${i}`);
    return `(${[...equal, `${column} ${sign} :cursor${index}`].join(' AND ')})`;
  });
  query.andWhere(
    `(${alternatives.join(' OR ')})`,
    Object.fromEntries(values.map((value, index) => [`cursor${index}`, value])),
  );
}

/** JSON knows numbers that no column holds: 1e999 is Infinity. */
function isCursorValue(value: unknown): value is CursorValue {
  return typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value));
}

function writeCursor(row: ObjectLiteral, order: KeysetOrder): string {
  const values = order.columns.map((column) => row[column.split('.')[1] ?? column] as unknown);
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

function readCursor(cursor: string, length: number): CursorValue[] {
  try {
    const values = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
    if (Array.isArray(values) && values.length === length && values.every(isCursorValue)) {
      return values;
    }
  } catch {
    // Falls through to the same complaint as any other text that is no cursor.
  }
  throw new ValidationFailed([{ field: 'cursor', message: 'error.cursor' }]);
}

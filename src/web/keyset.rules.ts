import type { CursorValue } from './cursor.rules.js';

export type Direction = 'ASC' | 'DESC';

/** A column of an order, as a statement names it. */
export interface KeysetColumn {
  /** What it is read from: `alias.property`, or an expression. */
  sql: string;
  isNullable: boolean;
}

/** A condition of a statement with what its placeholders stand for. */
export interface KeysetCondition {
  sql: string;
  parameters: Record<string, CursorValue>;
}

/** No row comes after NULL where NULL is last. */
const NONE = '1 = 0';

/**
 * The rows behind a place in an order: `(a, b) > (x, y)` spelled out, since not every database
 * compares rows, and with NULL where it is sorted to: SQLite and MySQL both put it before every
 * value, while no comparison with it is true.
 * @param values of the row at that place, one a column
 */
export function behind(
  columns: readonly KeysetColumn[],
  direction: Direction,
  values: readonly CursorValue[],
): KeysetCondition {
  const parameters: Record<string, CursorValue> = {};
  const alternatives: string[] = [];
  const equal: string[] = [];
  for (const [index, column] of columns.entries()) {
    const value = values[index] ?? null;
    const name = `cursor${index}`;
    if (value !== null) parameters[name] = value;
    const next = beyond(column, direction, value === null ? null : name);
    if (next !== NONE) alternatives.push(`(${[...equal, next].join(' AND ')})`);
    equal.push(value === null ? `${column.sql} IS NULL` : `${column.sql} = :${name}`);
  }
  return { sql: `(${alternatives.join(' OR ') || NONE})`, parameters };
}

function beyond(
  { sql, isNullable }: KeysetColumn,
  direction: Direction,
  parameter: string | null,
): string {
  if (direction === 'ASC')
    return parameter === null ? `${sql} IS NOT NULL` : `${sql} > :${parameter}`;
  if (parameter === null) return NONE;
  return isNullable ? `(${sql} < :${parameter} OR ${sql} IS NULL)` : `${sql} < :${parameter}`;
}

/** The same order from its other end. */
export function reversed(direction: Direction): Direction {
  return direction === 'ASC' ? 'DESC' : 'ASC';
}

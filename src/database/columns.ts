import type { QueryRunner, TableColumnOptions } from 'typeorm';

type Extra = Partial<Pick<TableColumnOptions, 'isNullable' | 'isUnique' | 'isPrimary' | 'default'>>;

/**
 * Column definitions that mean the same on SQLite and on MySQL/MariaDB. All text compares byte for
 * byte on both: SQLite does so by itself, MySQL's default collations would fold case and accents.
 */
export class Columns {
  private readonly isMysql: boolean;

  constructor(runner: QueryRunner) {
    this.isMysql = runner.dataSource.options.type !== 'better-sqlite3';
  }

  /** A generated primary key. */
  id(name = 'id'): TableColumnOptions {
    return {
      name,
      type: 'integer',
      isPrimary: true,
      isGenerated: true,
      generationStrategy: 'increment',
    };
  }

  integer(name: string, extra: Extra = {}): TableColumnOptions {
    return { name, type: 'integer', ...extra };
  }

  boolean(name: string, extra: Extra = {}): TableColumnOptions {
    return { name, type: 'boolean', ...extra };
  }

  /** UTC, to the millisecond. */
  instant(name: string, extra: Extra = {}): TableColumnOptions {
    return { name, type: 'datetime', precision: 3, ...extra };
  }

  /** @param length in characters */
  varchar(name: string, length: number, extra: Extra = {}): TableColumnOptions {
    return { name, type: 'varchar', length: String(length), ...this.binary('utf8mb4'), ...extra };
  }

  /** ASCII text, whose index on MySQL may be four times as long: for URLs, hashes and codes. */
  ascii(name: string, length: number, extra: Extra = {}): TableColumnOptions {
    return { name, type: 'varchar', length: String(length), ...this.binary('ascii'), ...extra };
  }

  /** Long text; MySQL holds 64 KiB of it. */
  text(name: string, extra: Extra = {}): TableColumnOptions {
    return { name, type: 'text', ...this.binary('utf8mb4'), ...extra };
  }

  /** Text of any length: for JSON that grows with what it shows. */
  longText(name: string, extra: Extra = {}): TableColumnOptions {
    return { name, type: 'longtext', ...this.binary('utf8mb4'), ...extra };
  }

  private binary(charset: 'utf8mb4' | 'ascii'): Partial<TableColumnOptions> {
    return this.isMysql ? { charset, collation: `${charset}_bin` } : {};
  }
}

/** A foreign key with a name of its own; without NO ACTION MariaDB reports drift for ever. */
export function foreignKey(
  table: string,
  column: string,
  target: string,
  onDelete: 'CASCADE' | 'SET NULL' | 'NO ACTION' = 'NO ACTION',
) {
  return {
    name: `fk_${table}_${column}`,
    columnNames: [column],
    referencedTableName: target,
    referencedColumnNames: ['id'],
    onDelete,
    onUpdate: 'NO ACTION',
  };
}

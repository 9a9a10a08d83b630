import { QueryFailedError, QueryResult, type ObjectLiteral } from 'typeorm';
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver.js';
import { BetterSqlite3QueryRunner } from 'typeorm/driver/better-sqlite3/BetterSqlite3QueryRunner.js';
import { QueryDoor, type UnitQueryRunner } from './query-door.js';
import { SqliteThread } from './sqlite-thread.js';

type QueryAnswer = ReturnType<BetterSqlite3QueryRunner['query']>;

/**
 * A query runner whose statements run in a thread of their own, on a connection of their own. While
 * its transaction is open everybody else reads what was there before, and writers wait, as they
 * would for another process.
 */
export class SqliteThreadQueryRunner extends BetterSqlite3QueryRunner implements UnitQueryRunner {
  private readonly door = new QueryDoor(this);
  private readonly thread: SqliteThread;

  constructor(driver: BetterSqlite3Driver) {
    super(driver);
    this.thread = new SqliteThread(driver.options.database);
  }

  override async query(
    query: string,
    parameters: unknown[] | ObjectLiteral = [],
    useStructuredResult = false,
  ): QueryAnswer {
    return this.door.pass(query, async () => {
      const result = await this.ask(query, Array.isArray(parameters) ? parameters : []);
      return useStructuredResult ? result : (result.raw as unknown);
    });
  }

  shut(): Promise<void> {
    return this.door.shut();
  }

  /** Always durable: what a person was told is written has to outlive a power cut. */
  async startUnit(): Promise<void> {
    this.door.check('BEGIN IMMEDIATE');
    await this.query('BEGIN IMMEDIATE');
    this.isTransactionActive = true;
    this.transactionDepth = 1;
  }

  override async release(): Promise<void> {
    this.isReleased = true;
    await this.thread.close();
    await super.release();
  }

  private async ask(query: string, parameters: readonly unknown[]): Promise<QueryResult> {
    // better-sqlite3 binds no booleans.
    const bound = parameters.map((value) => (typeof value === 'boolean' ? Number(value) : value));
    try {
      const { rows, changes, lastInsertRowid } = await this.thread.run(query, bound);
      const result = new QueryResult();
      result.raw = rows ?? lastInsertRowid;
      if (rows) result.records = rows;
      else result.affected = changes;
      return result;
    } catch (error) {
      // SQLite may have rolled back by itself; then nothing but the end may follow.
      this.door.lose(error);
      throw new QueryFailedError(query, bound, error as Error);
    }
  }
}

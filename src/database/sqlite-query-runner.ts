import { Mutex, type MutexInterface } from 'async-mutex';
import type { ObjectLiteral } from 'typeorm';
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver.js';
import { BetterSqlite3QueryRunner } from 'typeorm/driver/better-sqlite3/BetterSqlite3QueryRunner.js';
import type { Clock } from '../config/clock.js';
import type { Random } from '../config/random.js';
import { type Durability, QueryDoor, type UnitQueryRunner } from './query-door.js';

/** What TypeORM's runner answers: rows, a count or a structured result. */
type QueryAnswer = ReturnType<BetterSqlite3QueryRunner['query']>;

/** How long a statement is tried again while another process holds the database, ms. */
const BUSY_TIMEOUT_MS = 30_000;

/** Lists of ids make many statements that differ in their length alone. */
const STATEMENTS_KEPT = 500;

/** What the runners of one connection share. */
export interface SqliteGate {
  /** Held by a transaction from begin to commit, and by any other query for its own length. */
  mutex: Mutex;
  /** Prepared statements by their text: to prepare one takes longer than to run it. */
  statements: Map<string, unknown>;
  clock: Clock;
  random: Random;
}

/** What is used of better-sqlite3's connection. */
export interface SqliteConnection {
  readonly inTransaction: boolean;
  exec(statement: string): unknown;
  function(name: string, options: object, of: (value: unknown) => unknown): unknown;
}

function isBusy(error: unknown): boolean {
  const code = (error as { driverError?: { code?: unknown } } | null)?.driverError?.code;
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY');
}

/**
 * A query runner of its own for every caller, on the one connection. TypeORM's own hands all
 * callers the same runner, so that transactions which overlap become one, and the first rollback
 * takes the others' committed rows with it. It begins IMMEDIATE, since a deferred transaction that
 * reads before it writes beside a second writing process fails at once whatever the time-out, and
 * it waits for a busy database without blocking the event loop (better-sqlite3's own wait does).
 */
export class SqliteQueryRunner extends BetterSqlite3QueryRunner implements UnitQueryRunner {
  private readonly door = new QueryDoor(this);
  private releaseGate: MutexInterface.Releaser | null = null;
  private isRepeatable = false;

  constructor(
    driver: BetterSqlite3Driver,
    private readonly gate: SqliteGate,
  ) {
    super(driver);
    // TypeORM keeps them by runner, and here every query may have one of its own.
    Object.assign(this, { stmtCache: gate.statements, cacheSize: STATEMENTS_KEPT });
  }

  override async query(
    query: string,
    parameters?: unknown[] | ObjectLiteral,
    useStructuredResult?: boolean,
  ): QueryAnswer {
    return this.door.pass(query, () => {
      const run = () => super.query(query, parameters, useStructuredResult) as Promise<unknown>;
      return this.releaseGate
        ? this.runInTransaction(run)
        : this.retryWhileBusy(() => this.gate.mutex.runExclusive(run));
    });
  }

  shut(): Promise<void> {
    return this.door.shut();
  }

  override async startTransaction(): Promise<void> {
    if (this.isTransactionActive) return super.startTransaction();
    return this.begin('IMMEDIATE');
  }

  async startUnit(durability: Durability): Promise<void> {
    return this.begin('IMMEDIATE', durability);
  }

  /** Begins the transaction that migrations run in: no other process may even write. */
  async startExclusiveTransaction(): Promise<void> {
    return this.begin('EXCLUSIVE');
  }

  override async commitTransaction(): Promise<void> {
    await super.commitTransaction();
    if (!this.isTransactionActive) this.leaveGate();
  }

  override async rollbackTransaction(): Promise<void> {
    try {
      await super.rollbackTransaction();
    } catch (error) {
      // SQLite has rolled back by itself; then there is nothing left to undo.
      if (this.sqlite.inTransaction) throw error;
      this.isTransactionActive = false;
      this.transactionDepth = 0;
    } finally {
      if (!this.sqlite.inTransaction) this.leaveGate();
    }
  }

  /** TypeORM's does not end the runner, so that a promise which outlives it could write on. */
  override async release(): Promise<void> {
    this.isReleased = true;
    if (this.releaseGate) {
      // After a nested transaction that nobody awaited, COMMIT was a savepoint's: undo it all.
      if (this.sqlite.inTransaction) this.sqlite.exec('ROLLBACK');
      this.leaveGate();
    }
    await super.release();
  }

  private async runInTransaction<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      // SQLite rolls back by itself when, for one, the disk is full.
      if (this.isTransactionActive && !this.sqlite.inTransaction) this.door.lose(error);
      throw error;
    }
  }

  private async begin(
    mode: 'IMMEDIATE' | 'EXCLUSIVE',
    durability: Durability = 'durable',
  ): Promise<void> {
    this.door.check(`BEGIN ${mode}`);
    await this.retryWhileBusy(async () => {
      const release = await this.gate.mutex.acquire();
      this.releaseGate = release;
      try {
        // Only between transactions, and the gate keeps everybody else out.
        if (durability === 'repeatable') this.sqlite.exec('PRAGMA synchronous = NORMAL');
        this.isRepeatable = durability === 'repeatable';
        await super.query(`BEGIN ${mode}`);
      } catch (error) {
        this.leaveGate();
        throw error;
      }
      this.isTransactionActive = true;
      this.transactionDepth = 1;
    });
  }

  private leaveGate(): void {
    if (this.releaseGate && this.isRepeatable) this.sqlite.exec('PRAGMA synchronous = FULL');
    this.isRepeatable = false;
    this.releaseGate?.();
    this.releaseGate = null;
  }

  /** The gate is left between two tries, so that this process' readers are not held up. */
  private async retryWhileBusy<T>(attempt: () => Promise<T>): Promise<T> {
    const { clock, random } = this.gate;
    let deadlineMs: number | null = null;
    for (let tries = 0; ; tries += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (!isBusy(error)) throw error;
        // Not from the start: the wait in this process' own line is no other process' fault.
        deadlineMs ??= clock.monotonicMs() + BUSY_TIMEOUT_MS;
        if (clock.monotonicMs() >= deadlineMs) throw error;
        const ceilingMs = Math.min(200, 5 * 2 ** tries);
        await clock.sleep(ceilingMs * (0.5 + random.next() / 2));
      }
    }
  }

  private get sqlite(): SqliteConnection {
    return this.driver.databaseConnection as SqliteConnection;
  }
}

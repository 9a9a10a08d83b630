import { Mutex } from 'async-mutex';
import { DataSource, type DataSourceOptions, type ReplicationMode } from 'typeorm';
import { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver.js';
import { MysqlDriver } from 'typeorm/driver/mysql/MysqlDriver.js';
import type { Clock } from '../config/clock.js';
import type { Random } from '../config/random.js';
import { bindNumbers } from './bound-numbers.js';
import { lowered } from './lowered.js';
import { OjuMysqlQueryRunner } from './mysql-query-runner.js';
import type { UnitQueryRunner } from './query-door.js';
import {
  type SqliteConnection,
  type SqliteGate,
  SqliteQueryRunner,
} from './sqlite-query-runner.js';
import { OutsideUnitOfWorkError, transactionContext } from './transaction-context.js';

export { OutsideUnitOfWorkError } from './transaction-context.js';

/**
 * TypeORM's data source with Oju's rules for query runners: one for every caller on SQLite, and on
 * both databases none beside an open unit of work.
 */
export class OjuDataSource extends DataSource {
  private readonly gate: SqliteGate;

  constructor(options: DataSourceOptions, clock: Clock, random: Random) {
    super(options);
    if (this.driver instanceof BetterSqlite3Driver) {
      bindNumbers(this.driver);
      // SQLite takes any name, and what has TEXT in it is text: so an entity can be of both.
      this.driver.supportedDataTypes.push('longtext');
    }
    this.gate = { mutex: new Mutex(), statements: new Map(), clock, random };
  }

  override async initialize(): Promise<this> {
    await super.initialize();
    // Not TypeORM's enableWAL nor prepareDatabase: those pragmas fail when another process starts
    // at the same moment, while a query of ours is tried again.
    if (this.driver instanceof BetterSqlite3Driver) {
      const sqlite = this.driver.databaseConnection as SqliteConnection;
      // MySQL's LOWER knows all letters, SQLite's own ASCII alone.
      sqlite.function('lower', { deterministic: true }, (value) =>
        typeof value === 'string' ? lowered(value) : value,
      );
      await this.query('PRAGMA journal_mode = WAL');
      // What was acknowledged survives a power cut (docs/adr/0003).
      await this.query('PRAGMA synchronous = FULL');
    }
    if (this.driver instanceof MysqlDriver) await this.recogniseMariadb(this.driver);
    return this;
  }

  override async destroy(): Promise<void> {
    await super.destroy();
    // They belong to the connection that was closed.
    this.gate.statements.clear();
  }

  override createQueryRunner(mode: ReplicationMode = 'master'): UnitQueryRunner {
    if (transactionContext.getStore()?.isOpen) throw new OutsideUnitOfWorkError();
    const runner = this.newRunner(mode);
    Object.assign(runner, { manager: this.createEntityManager(runner) });
    return runner;
  }

  /**
   * DATABASE_URL is `mysql:` for both. Told apart they must be all the same: TypeORM would see drift
   * in every nullable column of MariaDB, and lock for sharing in words that MariaDB does not know.
   */
  private async recogniseMariadb(driver: MysqlDriver): Promise<void> {
    const [answer] = await this.query<{ version: string }[]>('SELECT VERSION() AS version');
    if (!/mariadb/i.test(answer?.version ?? '')) return;
    for (const options of [this.options, driver.options]) {
      Object.assign(options, { type: 'mariadb' });
    }
  }

  private newRunner(mode: ReplicationMode): UnitQueryRunner {
    const { driver } = this;
    if (driver instanceof BetterSqlite3Driver) return new SqliteQueryRunner(driver, this.gate);
    if (driver instanceof MysqlDriver) return new OjuMysqlQueryRunner(driver, mode);
    throw new Error(`Oju does not know the database ${this.options.type}`);
  }
}

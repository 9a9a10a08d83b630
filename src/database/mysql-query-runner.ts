import { type ObjectLiteral, QueryFailedError } from 'typeorm';
import { MysqlQueryRunner } from 'typeorm/driver/mysql/MysqlQueryRunner.js';
import { QueryDoor, type UnitQueryRunner } from './query-door.js';

type QueryAnswer = ReturnType<MysqlQueryRunner['query']>;

/** True when MySQL undid a transaction, or gave up on a lock, so that it may be run anew. */
export function isDeadlock(error: unknown): boolean {
  const code = driverCode(error);
  return code === 'ER_LOCK_DEADLOCK' || code === 'ER_LOCK_WAIT_TIMEOUT';
}

function driverCode(error: unknown): unknown {
  return error instanceof QueryFailedError
    ? (error.driverError as { code?: unknown }).code
    : undefined;
}

/** TypeORM's runner, which can be shut, and gives no connection back with a transaction open. */
export class OjuMysqlQueryRunner extends MysqlQueryRunner implements UnitQueryRunner {
  private readonly door = new QueryDoor(this);

  override async query(
    query: string,
    parameters?: unknown[] | ObjectLiteral,
    useStructuredResult?: boolean,
  ): QueryAnswer {
    return this.door.pass(query, async () => {
      try {
        return (await super.query(query, parameters, useStructuredResult)) as unknown;
      } catch (error) {
        if (this.isTransactionActive && driverCode(error) === 'ER_LOCK_DEADLOCK') {
          this.door.lose(error);
        }
        throw error;
      }
    });
  }

  shut(): Promise<void> {
    return this.door.shut();
  }

  /** How durable a commit is, the server decides for all. */
  async startUnit(): Promise<void> {
    return this.startTransaction();
  }

  override async release(): Promise<void> {
    // After a nested transaction that nobody awaited, COMMIT was a savepoint's: undo it all.
    if (this.isTransactionActive && !this.isReleased) await this.rollBackWhole();
    await super.release();
  }

  private async rollBackWhole(): Promise<void> {
    try {
      await this.query('ROLLBACK');
    } catch {
      // The connection is lost, and with it the transaction.
    }
  }
}

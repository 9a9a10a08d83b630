import type { QueryRunner } from 'typeorm';
import {
  OutsideUnitOfWorkError,
  transactionContext,
  UnitOfWorkEndedError,
} from './transaction-context.js';

/** What of a unit of work a power cut may take back: nothing, or all of it. */
export type Durability = 'durable' | 'repeatable';

/** A query runner whose door a unit of work shuts before it commits or rolls back. */
export interface UnitQueryRunner extends QueryRunner {
  /** Begins the transaction of a unit of work. */
  startUnit(durability: Durability): Promise<void>;
  /** From now on only the transaction's end passes; resolves when what is under way is done. */
  shut(): Promise<void>;
}

/** What ends a transaction, and so passes a door that is shut. */
const ENDS = new Set(['COMMIT', 'ROLLBACK']);

/** Says which queries a runner still takes; both databases' runners ask it. */
export class QueryDoor {
  private isShut = false;
  private lostTo: unknown = null;
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(private readonly runner: QueryRunner) {}

  /**
   * Runs a query, if it may pass.
   * @throws OutsideUnitOfWorkError to the unit of work of another runner
   * @throws UnitOfWorkEndedError when the door is shut
   */
  async pass<T>(query: string, run: () => Promise<T>): Promise<T> {
    this.check(query);
    const answer = run();
    this.underWay.add(answer);
    try {
      return await answer;
    } finally {
      this.underWay.delete(answer);
    }
  }

  /** For what is about to begin a transaction of its own on the runner. */
  check(query: string): void {
    const context = transactionContext.getStore();
    if (context?.isOpen && context.manager.queryRunner !== this.runner) {
      throw new OutsideUnitOfWorkError();
    }
    if (this.isShut && !ENDS.has(query)) throw new UnitOfWorkEndedError();
    if (this.lostTo !== null && query !== 'ROLLBACK') throw this.lostTo as Error;
  }

  async shut(): Promise<void> {
    this.isShut = true;
    await Promise.allSettled(this.underWay);
  }

  /**
   * The database rolled the transaction back by itself. Were `error` caught and passed over, the
   * next statements would be committed one by one, so none but ROLLBACK passes any more.
   */
  lose(error: unknown): void {
    this.lostTo ??= error;
  }
}

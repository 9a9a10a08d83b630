import { Injectable } from '@nestjs/common';
import type { EntityManager, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import { Clock } from '../config/clock.js';
import { Random } from '../config/random.js';
import { isDeadlock } from './mysql-query-runner.js';
import { OjuDataSource } from './oju-data-source.js';
import type { Durability } from './query-door.js';
import { type TransactionContext, transactionContext } from './transaction-context.js';

/** How often a transaction that lost a deadlock on MySQL is run anew. */
const DEADLOCK_TRIES = 8;

/**
 * The one way to write. Everything that `run` is given happens in one transaction, or not at all;
 * services that it calls take part by asking for their repositories here. On SQLite writers stand
 * in line, on MySQL the transaction is READ COMMITTED and run anew when it lost a deadlock.
 */
@Injectable()
export class UnitOfWork {
  constructor(
    private readonly dataSource: OjuDataSource,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /**
   * Runs `work` in a transaction; inside another unit of work it joins that one. `work` may be run
   * again after a deadlock, so it must do nothing but database work, and never wait for a network,
   * a disk or a mail server.
   * @throws whatever `work` throws, after everything it wrote was undone
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    return this.perform(work, 'durable');
  }

  /**
   * The same for work that would be done again if a power cut took it back, such as what an answer
   * of VirusTotal means for a task: on SQLite it does not wait for the disk. It outlives the end of
   * the process as ever, and the next `run` makes it as durable as its own.
   */
  async runRepeatable<T>(work: () => Promise<T>): Promise<T> {
    return this.perform(work, 'repeatable');
  }

  private async perform<T>(work: () => Promise<T>, durability: Durability): Promise<T> {
    if (transactionContext.getStore()?.isOpen) return work();
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.attempt(work, durability);
      } catch (error) {
        if (!isDeadlock(error) || tries >= DEADLOCK_TRIES) throw error;
        await this.clock.sleep(20 * tries * (0.5 + this.random.next()));
      }
    }
  }

  /**
   * Has something done in the open unit of work right before it commits, after all else: what locks
   * a row that everybody needs, so that it is held for as short as can be and nothing is waited for
   * meanwhile. Only database work, and no unit of work inside.
   * @param key a step of the same key takes the place of the earlier one
   */
  lastly(key: string, step: () => Promise<void>): void {
    const context = transactionContext.getStore();
    if (!context?.isOpen) throw new Error('There is no unit of work whose end could be waited for');
    context.lastSteps.delete(key);
    context.lastSteps.set(key, step);
  }

  /**
   * Calls `act` once the unit of work is committed, and not at all if it is not; outside of one at
   * once. For what tells others to look, and nothing that must not be lost: the process may end
   * before. `act` must not throw.
   */
  afterCommit(act: () => void): void {
    const context = transactionContext.getStore();
    if (context?.isOpen) context.afterCommit.push(act);
    else act();
  }

  /** The repository of an entity: the transaction's inside a unit of work, else for reading. */
  repository<E extends ObjectLiteral>(entity: EntityTarget<E>): Repository<E> {
    return this.manager.getRepository(entity);
  }

  /** The transaction's entity manager inside a unit of work, else one for reading. */
  get manager(): EntityManager {
    const context = transactionContext.getStore();
    return context?.isOpen ? context.manager : this.dataSource.manager;
  }

  /** True for code that a unit of work has called: what it writes is part of that transaction. */
  get isOpen(): boolean {
    return transactionContext.getStore()?.isOpen ?? false;
  }

  /** True on SQLite, where writers stand in line and no row lock is needed or known. */
  get isSerial(): boolean {
    return this.dataSource.options.type === 'better-sqlite3';
  }

  /** Find option that takes row locks where there are any: `{ lock: uow.forUpdate }`. */
  get forUpdate(): { mode: 'pessimistic_write' } | undefined {
    return this.isSerial ? undefined : { mode: 'pessimistic_write' };
  }

  private async attempt<T>(work: () => Promise<T>, durability: Durability): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    const context: TransactionContext = {
      manager: runner.manager,
      isOpen: true,
      lastSteps: new Map(),
      afterCommit: [],
    };
    let result: T;
    try {
      await runner.startUnit(durability);
      try {
        result = await transactionContext.run(context, async () => {
          const done = await work();
          for (const step of context.lastSteps.values()) await step();
          return done;
        });
        context.isOpen = false;
        await runner.shut();
        await runner.commitTransaction();
      } catch (error) {
        context.isOpen = false;
        await runner.shut();
        if (runner.isTransactionActive) await this.undo(runner.rollbackTransaction.bind(runner));
        throw error;
      }
    } finally {
      await runner.release();
    }
    for (const act of context.afterCommit) act();
    return result;
  }

  /** The first error tells the cause; one of the rollback (a lost connection) would hide it. */
  private async undo(rollback: () => Promise<void>): Promise<void> {
    try {
      await rollback();
    } catch {
      return;
    }
  }
}

import { AsyncLocalStorage } from 'node:async_hooks';
import type { EntityManager } from 'typeorm';

/** The transaction that the code at hand runs in. */
export interface TransactionContext {
  manager: EntityManager;
  /** False once it has ended: a promise that outlived it must not write through it. */
  isOpen: boolean;
  /** What is to be done right before the commit, each once. */
  lastSteps: Map<string, () => Promise<void>>;
  /** Called once it is committed. */
  afterCommit: (() => void)[];
}

/** Carries the open transaction to every service that a unit of work calls. */
export const transactionContext = new AsyncLocalStorage<TransactionContext>();

/**
 * Thrown when code inside a unit of work asks the database past it: the query would miss the
 * transaction, and on SQLite wait for itself.
 */
export class OutsideUnitOfWorkError extends Error {
  constructor() {
    super('A query inside a unit of work must go through the unit of work');
  }
}

/** Thrown to a promise that nobody awaited, when it outlived the unit of work that it began in. */
export class UnitOfWorkEndedError extends Error {
  constructor() {
    super('The unit of work that this query belongs to has ended');
  }
}

import type { EntityManager } from 'typeorm';
import type { UnitOfWork } from '../database/unit-of-work.js';
import { AlertOrder } from './alert-order.entity.js';
import { Alert } from './alert.entity.js';

const ORDER_ID = 1;

/** What was changed by each unit of work that is open, by the manager that is its own. */
const changedIn = new WeakMap<EntityManager, Alert[]>();

/**
 * Gives a changed alert its place among all changes. MySQL commits transactions in another order
 * than they began in, so that whoever goes by the time of a change alone misses one that was begun
 * earlier and committed later. Here the counter's row is locked as the last step before the commit
 * and until it, once for all alerts of the unit of work: numbers are in the order of commits, and
 * `updatedAt` never goes back, whatever the clocks of several instances say. What others lock is
 * not waited for after it, so nobody waits in a circle.
 * @param alert as it was saved; it is brought up to date
 */
export function numberAtTheEnd(unitOfWork: UnitOfWork, alert: Alert): void {
  const { manager } = unitOfWork;
  const before = changedIn.get(manager);
  if (before) {
    before.push(alert);
    return;
  }
  const changed = [alert];
  unitOfWork.lastly('alert order', () => number(unitOfWork, changed));
  changedIn.set(manager, changed);
}

async function number(unitOfWork: UnitOfWork, changed: readonly Alert[]): Promise<void> {
  const lock = unitOfWork.forUpdate;
  const orders = unitOfWork.repository(AlertOrder);
  let { lastSeq, lastAt } = await orders.findOneOrFail({ where: { id: ORDER_ID }, lock });
  // An alert that was changed twice has the place of its last change.
  const latest = new Map<number, Alert>();
  for (const alert of changed) {
    latest.delete(alert.id);
    latest.set(alert.id, alert);
  }
  for (const [id, alert] of latest) {
    lastSeq += 1;
    lastAt = lastAt !== null && lastAt > alert.updatedAt ? lastAt : alert.updatedAt;
    const place = { changeSeq: lastSeq, updatedAt: lastAt };
    await unitOfWork.repository(Alert).update({ id }, place);
    for (const one of changed) if (one.id === id) Object.assign(one, place);
  }
  await orders.update({ id: ORDER_ID }, { lastSeq, lastAt });
}

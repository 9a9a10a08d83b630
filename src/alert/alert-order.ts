import type { UnitOfWork } from '../database/unit-of-work.js';
import { AlertOrder } from './alert-order.entity.js';
import { Alert } from './alert.entity.js';

const ORDER_ID = 1;

/**
 * Gives a changed alert its place among all changes. MySQL commits transactions in another order
 * than they began in, so that whoever goes by the time of a change alone misses one that was begun
 * earlier and committed later. Here the counter's row is locked as the last step before the commit
 * and until it: numbers are in the order of commits, and `updatedAt` never goes back, whatever the
 * clocks of several instances say. Nothing is locked after it, so nobody waits in a circle.
 * @param alert as it was saved; it is brought up to date
 */
export function numberAtTheEnd(unitOfWork: UnitOfWork, alert: Alert): void {
  unitOfWork.lastly(`alert ${alert.id}`, async () => {
    const lock = unitOfWork.forUpdate;
    const orders = unitOfWork.repository(AlertOrder);
    const order = await orders.findOneOrFail({ where: { id: ORDER_ID }, lock });
    const { lastAt } = order;
    const changeSeq = order.lastSeq + 1;
    const updatedAt = lastAt !== null && lastAt > alert.updatedAt ? lastAt : alert.updatedAt;
    await orders.update({ id: ORDER_ID }, { lastSeq: changeSeq, lastAt: updatedAt });
    await unitOfWork.repository(Alert).update({ id: alert.id }, { changeSeq, updatedAt });
    Object.assign(alert, { changeSeq, updatedAt });
  });
}

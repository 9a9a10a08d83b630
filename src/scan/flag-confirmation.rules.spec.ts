import { hasReserveForConfirmation } from './flag-confirmation.rules.js';

describe('hasReserveForConfirmation', () => {
  function quota(reserve: number, used: number) {
    const resetsAt = new Date(0);
    const forScans = 500 - reserve;
    const leftForScans = Math.max(0, forScans - used);
    return { limit: 500, forScans, leftForScans, used, usedByOthers: 0, resetsAt };
  }
  const has = (reserve: number, used: number, begun = 0) =>
    hasReserveForConfirmation({ day: quota(reserve, used), month: quota(50, 0) }, begun);

  it('is false with no reserve, and with one that is smaller than what is needed', () => {
    expect([has(0, 0), has(5, 0), has(6, 0)]).toEqual([false, false, true]);
  });

  it('leaves half of the reserve, whatever is left beside it', () => {
    expect([has(50, 472), has(50, 473)]).toEqual([true, false]);
    expect([has(50, 0, 7), has(50, 0, 8)]).toEqual([true, false]);
  });
});

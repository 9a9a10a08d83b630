import { reminderSlot } from './alert-reminders.rules.js';

const at = (day: number) => new Date(Date.UTC(2026, 2, day, 9));
const alert = { openedAt: at(1) };

describe('the reminder of an open alert', () => {
  it.each([
    ['none before its time', 7, at(1), at(7), null],
    ['the first', 7, at(1), at(8), '7d1'],
    ['still the first', 7, at(1), at(14), '7d1'],
    ['the second', 7, at(1), at(15), '7d2'],
    ['of every day', 1, at(1), at(4), '1d3'],
    ['none for a channel that wants none', 0, at(1), at(30), null],
    ['none yet for a channel of today', 7, at(20), at(20), null],
    ['the first of a channel that came later', 7, at(20), at(27), '7d1'],
    ['still the first after 89 days', 200, at(1), at(1 + 200 + 89), '200d1'],
    ['none that was told longer ago than is kept', 200, at(1), at(1 + 200 + 90), null],
    ['the second all the same', 200, at(1), at(1 + 400), '200d2'],
  ])('%s', (_what, reminderDays, createdAt, now, slot) => {
    expect(reminderSlot(alert, { reminderDays, createdAt }, now)).toBe(slot);
  });
});

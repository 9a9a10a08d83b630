import { isOverdue, type ScanningTimes } from './overdue.rules.js';

const NOW = new Date('2026-11-24T09:00:00.000Z');
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

describe('isOverdue', () => {
  const well: ScanningTimes = { isActive: true, nextScanAt: minutesAgo(-60), running: null };
  const running = (minutes: number, isWaiting = false) => ({
    running: { isWaiting, lastProgressAt: minutesAgo(minutes) },
  });

  it.each<[string, Partial<ScanningTimes>, boolean]>([
    ['the next scan is to come', {}, false],
    ['no scan is planned', { nextScanAt: null }, false],
    ['the next scan is due for an hour', { nextScanAt: minutesAgo(60) }, false],
    ['the next scan is due for longer', { nextScanAt: minutesAgo(60.001) }, true],
    ['the integration is not active', { isActive: false, nextScanAt: minutesAgo(6000) }, false],
    ['a scan runs that got somewhere', running(60), false],
    ['a scan runs that got nowhere', running(60.001), true],
    ['a scan waits and says why', running(6000, true), false],
    ['a scan runs beyond the next one', { nextScanAt: minutesAgo(90), ...running(1) }, false],
    [
      'a scan was left behind when scanning was stopped',
      { isActive: false, ...running(90) },
      false,
    ],
  ])('when %s', (_, times, overdue) => {
    expect(isOverdue({ ...well, ...times }, NOW)).toBe(overdue);
  });
});

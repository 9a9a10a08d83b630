import { channelPauseMs, type FailedTry, nextTryAt, RETRY_FOR_MS } from './delivery.rules.js';

const NOW = new Date('2026-03-02T09:00:00.000Z');
const failed: FailedTry = {
  attempts: 1,
  now: NOW,
  giveUpAt: new Date(NOW.getTime() + RETRY_FOR_MS),
  isFinal: false,
  retryAfterMs: null,
};
const seconds = (given: Partial<FailedTry>, chance = 1) => {
  const at = nextTryAt({ ...failed, ...given }, chance);
  return at && (at.getTime() - NOW.getTime()) / 1000;
};

describe('the next try of a delivery', () => {
  it.each([
    ['the first', { attempts: 1 }, 10],
    ['the second', { attempts: 2 }, 20],
    ['the fifth', { attempts: 5 }, 160],
    ['one of many', { attempts: 500 }, 3600],
    ['one whose receiver asks for more', { retryAfterMs: 60_000 }, 60],
    ['one whose receiver asks for less', { attempts: 5, retryAfterMs: 1_000 }, 160],
    ['one whose receiver asks for a year', { retryAfterMs: 365 * 86_400_000 }, 6 * 3600],
    ['one whose receiver asks for nonsense', { retryAfterMs: -5 }, 10],
    ['the last before the day is over', { giveUpAt: new Date(NOW.getTime() + 3_000) }, 3],
    ['one of a day', { giveUpAt: NOW }, null],
    ['one that nothing can help', { isFinal: true }, null],
  ])('after %s', (_what, given, expected) => {
    expect(seconds(given)).toBe(expected);
  });

  it('is half chance', () => {
    expect([0, 0.5, 1].map((chance) => seconds({}, chance))).toEqual([5, 7.5, 10]);
  });
});

describe('a channel after failures', () => {
  it.each([
    [1, null, 0],
    [4, null, 0],
    [5, null, 1_000],
    [8, null, 8_000],
    [99, null, 120_000],
    [1, 30_000, 30_000],
    [99, 30_000, 120_000],
  ])('%i in a row, asked to wait %p ms, pauses %i ms', (failures, retryAfterMs, expected) => {
    expect(channelPauseMs(failures, retryAfterMs)).toBe(expected);
  });
});

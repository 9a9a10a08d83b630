import { nextScanAt, platformState } from './platform-state.rules';

const NOW = new Date('2026-03-10T12:00:00.000Z');
const daysAgo = (days: number, ms = 0) => new Date(NOW.getTime() - days * 86_400_000 - ms);

describe('the state of a platform', () => {
  it.each([
    ['unknown', null, 1, { state: 'unknown', isStale: false }],
    ['clean', null, 1, { state: 'unknown', isStale: false }],
    ['clean', daysAgo(0), 1, { state: 'clean', isStale: false }],
    ['clean', daysAgo(2), 1, { state: 'clean', isStale: false }],
    ['clean', daysAgo(2, 1), 1, { state: 'unknown', isStale: true }],
    ['clean', daysAgo(14), 7, { state: 'clean', isStale: false }],
    ['clean', daysAgo(14, 1), 7, { state: 'unknown', isStale: true }],
    ['unknown', daysAgo(1), 1, { state: 'unknown', isStale: false }],
    ['flagged', daysAgo(1), 1, { state: 'flagged', isStale: false }],
    ['flagged', daysAgo(365), 1, { state: 'flagged', isStale: true }],
    ['flagged', null, 1, { state: 'flagged', isStale: true }],
  ] as const)(
    '%s with a last conclusive scan at %s, every %i days',
    (state, at, days, expected) => {
      expect(platformState({ state, lastConclusiveAt: at }, NOW, days)).toEqual(expected);
    },
  );
});

describe('the next scan of a platform', () => {
  const scanned = { isActive: true, archivedAt: null, lastScannedAt: daysAgo(1) };

  it('is one period after its last', () => {
    expect(nextScanAt(scanned, 3, true)).toEqual(daysAgo(-2));
  });

  it.each([
    ['it was never scanned', { ...scanned, lastScannedAt: null }, true],
    ['it is not active', { ...scanned, isActive: false }, true],
    ['it is archived', { ...scanned, archivedAt: NOW }, true],
    ['the integration is not active', scanned, false],
  ])('is not known when %s', (_reason, platform, isIntegrationActive) => {
    expect(nextScanAt(platform, 3, isIntegrationActive)).toBeNull();
  });
});

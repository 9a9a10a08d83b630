import fc from 'fast-check';
import { type DetectionSpan, detectionsByDay, lastDays } from './detection-days.rules.js';

const DAYS = lastDays(new Date('2026-03-10T12:00:00Z'), 10);
const day = (ofMarch: number) => `2026-03-${String(ofMarch).padStart(2, '0')}`;

const span = (given: Partial<DetectionSpan>): DetectionSpan => ({
  id: 1,
  platformId: 1,
  engineId: 1,
  category: 'malicious',
  state: 'detected',
  isLive: true,
  firstDay: day(3),
  lastDay: day(9),
  clearedDay: null,
  alertState: 'new',
  alertReason: null,
  settledDay: null,
  ...given,
});
/** From 1 to 10 March. */
const malicious = (...spans: DetectionSpan[]) =>
  detectionsByDay(spans, DAYS).map((one) => one.malicious);

describe('detections by day', () => {
  it('are none where there are none', () => {
    expect(malicious()).toEqual(Array(10).fill(0));
    expect(detectionsByDay([span({})], [])).toEqual([]);
  });

  it.each<[string, Partial<DetectionSpan>, number[]]>([
    ['stands from the day of the first flag on', {}, [0, 0, 1, 1, 1, 1, 1, 1, 1, 1]],
    ['began before the time shown', { firstDay: '2025-01-01' }, Array(10).fill(1)],
    [
      'was cleared',
      { state: 'cleared', isLive: false, clearedDay: day(6) },
      [0, 0, 1, 1, 1, 0, 0, 0, 0, 0],
    ],
    [
      'came and went on one day',
      { state: 'cleared', isLive: false, clearedDay: day(3) },
      Array(10).fill(0),
    ],
    [
      'was cleared before the time shown',
      { firstDay: '2025-01-01', isLive: false, state: 'cleared', clearedDay: '2026-02-01' },
      Array(10).fill(0),
    ],
    [
      'was accepted with its alert',
      { state: 'accepted', alertState: 'false_positive', settledDay: day(5) },
      [0, 0, 1, 1, 0, 0, 0, 0, 0, 0],
    ],
    [
      'was accepted and cleared later',
      {
        state: 'cleared',
        isLive: false,
        alertState: 'resolved',
        alertReason: 'accepted_risk',
        settledDay: day(5),
        clearedDay: day(8),
      },
      [0, 0, 1, 1, 0, 0, 0, 0, 0, 0],
    ],
    ['had been accepted before', { state: 'accepted' }, Array(10).fill(0)],
    ['belongs to no alert yet', { alertState: null }, [0, 0, 1, 1, 1, 1, 1, 1, 1, 1]],
    [
      'stands although its alert was settled as remediated',
      { alertState: 'resolved', alertReason: 'remediated', settledDay: day(5) },
      [0, 0, 1, 1, 1, 1, 1, 1, 1, 1],
    ],
    [
      'was of an engine that is gone, by hand',
      {
        state: 'silent',
        isLive: false,
        lastDay: day(4),
        alertState: 'resolved',
        alertReason: 'engine_gone',
        settledDay: day(8),
      },
      [0, 0, 1, 1, 1, 1, 1, 0, 0, 0],
    ],
    [
      'gave way to another flag',
      { isLive: false, lastDay: day(5) },
      [0, 0, 1, 1, 0, 0, 0, 0, 0, 0],
    ],
  ])('count one that %s', (_what, given, expected) => {
    expect(malicious(span(given))).toEqual(expected);
  });

  it('count what two alerts list once, as the later of them has it', () => {
    const old = span({ isLive: false, lastDay: day(7) });
    const copied = span({ id: 2, category: 'suspicious' });
    expect(detectionsByDay([old, copied], DAYS).at(-1)).toEqual({
      day: day(10),
      malicious: 0,
      suspicious: 1,
    });
    expect(malicious(old, copied)).toEqual(Array(10).fill(0));
  });

  it('go on without a dent where one flag followed another', () => {
    const old = span({ isLive: false, lastDay: day(6) });
    expect(malicious(old, span({ id: 2, firstDay: day(6) }))).toEqual([
      0, 0, 1, 1, 1, 1, 1, 1, 1, 1,
    ]);
  });

  it('take a category that is neither for a suspicious one', () => {
    const [last] = detectionsByDay([span({ category: 'odd' })], DAYS).slice(-1);
    expect(last).toEqual({ day: day(10), malicious: 0, suspicious: 1 });
  });

  it('are never more than there are engines on platforms', () => {
    const spans = fc.array(
      fc.record({
        id: fc.nat(),
        platformId: fc.nat(2),
        engineId: fc.nat(2),
        category: fc.constantFrom('malicious', 'suspicious'),
        state: fc.constantFrom('detected', 'accepted', 'silent', 'cleared'),
        isLive: fc.boolean(),
        firstDay: fc.integer({ min: 1, max: 12 }).map(day),
        lastDay: fc.integer({ min: 1, max: 12 }).map(day),
        clearedDay: fc.option(fc.integer({ min: 1, max: 12 }).map(day)),
        alertState: fc.option(fc.constantFrom('new', 'resolved', 'false_positive')),
        alertReason: fc.constant(null),
        settledDay: fc.option(fc.integer({ min: 1, max: 12 }).map(day)),
      }),
    );
    fc.assert(
      fc.property(spans, (all) => {
        const pairs = new Set(all.map(({ platformId, engineId }) => `${platformId} ${engineId}`));
        return detectionsByDay(all as DetectionSpan[], DAYS).every(
          (one) => one.malicious + one.suspicious <= pairs.size,
        );
      }),
    );
  });
});

describe('the last days', () => {
  it('end with the present one, in UTC', () => {
    expect(lastDays(new Date('2026-03-01T23:59:59Z'), 3)).toEqual([
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
    ]);
  });
});

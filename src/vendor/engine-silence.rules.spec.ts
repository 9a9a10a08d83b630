import fc from 'fast-check';
import { type Gap, isSilent } from './engine-silence.rules';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const day = (days: number) => new Date(START + days * 86_400_000);
const gap = (from: number, to: number): Gap => ({ fromAt: day(from), toAt: day(to) });

describe('isSilent', () => {
  it.each<[last: number, latest: number, gaps: Gap[], expected: boolean]>([
    [0, 29.999, [], false],
    [0, 30, [], true],
    [0, 400, [], true],
    // Heard later than what was read last.
    [1, 0, [], false],
    // In the last answers before a pause, and missing from the first after it, and for three weeks.
    [0, 300, [gap(0, 300)], false],
    [0, 321, [gap(0, 300)], false],
    [0, 322, [gap(0, 300)], true],
    // It had been missing for three weeks before.
    [0, 300, [gap(21, 300)], false],
    [0, 300, [gap(22, 300)], true],
    // Heard after the pause.
    [300, 329, [gap(0, 300)], false],
    [300, 330, [gap(0, 300)], true],
    // In between: only what lies after it counts.
    [290, 300, [gap(0, 300)], false],
    // Scans by hand every ten days count as eight each.
    [0, 30, [gap(0, 10), gap(10, 20), gap(20, 30)], false],
    [0, 40, [gap(0, 10), gap(10, 20), gap(20, 30), gap(30, 40)], true],
  ])('last heard on day %d, answers to day %d, gaps %j: %s', (last, latest, gaps, expected) => {
    expect(isSilent(day(last), { latest: day(latest), gaps })).toBe(expected);
  });

  it('is said of nobody before the first answer', () => {
    expect(isSilent(day(0), { latest: null, gaps: [] })).toBe(false);
  });

  it('is never said of an engine that was in the last answers before a pause of any length', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 8.01, max: 3000, noNaN: true }),
        fc.double({ min: 0, max: 21.9, noNaN: true }),
        (pause, after) => !isSilent(day(0), { latest: day(pause + after), gaps: [gap(0, pause)] }),
      ),
      { numRuns: 200 },
    );
  });
});

import { delistFigures } from './engine-figures.rules';

const at = (day: number) => new Date(Date.UTC(2026, 0, 1 + day));
const cleared = (platformId: number, from: number, to: number | null) => ({
  platformId,
  firstSeenAt: at(from),
  clearedAt: to === null ? null : at(to),
});

describe('days to delist', () => {
  it.each([
    ['none', [], null, 0],
    ['none cleared', [cleared(1, 0, null)], null, 0],
    ['one', [cleared(1, 0, 3)], 3, 1],
    ['an odd number', [cleared(1, 0, 9), cleared(2, 0, 1), cleared(3, 0, 2)], 2, 3],
    ['an even number', [cleared(1, 0, 1), cleared(2, 0, 4)], 2.5, 2],
    ['one that two alerts list', [cleared(1, 0, 3), cleared(1, 0, 3)], 3, 1],
  ])('of %s', (_, detections, medianDays, cases) => {
    expect(delistFigures(detections)).toEqual({ medianDays, cases });
  });
});

import { heatOf } from './heat.rules.js';

describe('the shade of a count', () => {
  it.each([
    [0, 0, 0],
    [0, 9, 0],
    [1, 1, 4],
    [1, 1_000_000, 1],
    [5, 10, 2],
    [6, 10, 3],
    [10, 10, 4],
  ])('of %i among at most %i is %i', (count, most, shade) => {
    expect(heatOf(count, most)).toBe(shade);
  });
});

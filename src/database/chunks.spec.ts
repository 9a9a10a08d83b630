import { chunksOf } from './chunks.js';

describe('chunksOf', () => {
  it.each([
    [[], 2, []],
    [[1, 2], 2, [[1, 2]]],
    [[1, 2, 3], 2, [[1, 2], [3]]],
  ])('%j by %i', (items, size, expected) => {
    expect(chunksOf(items, size)).toEqual(expected);
  });

  it('keeps to 1,000 values a statement', () => {
    const chunks = chunksOf(Array.from({ length: 2500 }, (_, i) => i));
    expect(chunks.map(({ length }) => length)).toEqual([1000, 1000, 500]);
  });
});

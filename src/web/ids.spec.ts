import * as fc from 'fast-check';
import { NotFoundError } from './domain-error.js';
import { pathId, readId, showId } from './ids.js';

describe('ids', () => {
  it('are read as they are shown', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (id) => {
        expect(readId(showId(id))).toBe(id);
        expect(pathId(showId(id))).toBe(id);
      }),
    );
  });

  it.each([
    '',
    '0',
    '-1',
    '01',
    '1.0',
    '1e3',
    ' 1',
    '1\n',
    '0x1',
    '2147483648',
    '99999999999',
    '١',
  ])('are not %j', (text) => {
    expect(readId(text)).toBeNull();
    expect(() => pathId(text)).toThrow(NotFoundError);
  });

  it.each([1, null, undefined, ['1'], {}])('are not %j, which is no text', (value) => {
    expect(readId(value)).toBeNull();
  });

  it('have one spelling each', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const id = readId(text);
        expect(id === null || showId(id) === text).toBe(true);
      }),
    );
  });
});

import fc from 'fast-check';
import { masked, unmasked } from './csrf-mask.js';

describe('a masked secret', () => {
  it('comes back whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (secret) => {
        expect(unmasked(masked(secret))).toBe(secret);
      }),
    );
  });

  it('looks another way each time', () => {
    expect(new Set(Array.from({ length: 50 }, () => masked('a token'))).size).toBe(50);
  });

  it.each(['', 'x', 'not masked at all', '%%%', 'a'.repeat(9_999)])(
    'is not what somebody made up: %s',
    (text) => {
      expect(unmasked(text)).not.toBe('a token');
    },
  );
});

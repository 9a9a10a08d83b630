import fc from 'fast-check';
import { plainForm } from './look-alike.rules';

describe('the plain form of a name', () => {
  it('is the same by the short way of ASCII and by the long one', () => {
    const ascii = fc.string({ unit: 'binary-ascii', maxLength: 30 });
    fc.assert(
      fc.property(ascii, (name) => {
        // Another letter behind it makes the name take the long way.
        expect(plainForm(`${name}é`)).toBe(`${plainForm(name)}e`);
      }),
      { numRuns: 2000 },
    );
  });
});

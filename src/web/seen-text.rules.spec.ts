import fc from 'fast-check';
import { isolated, SOMETHING_SEEN } from './seen-text.rules.js';

describe('text of which something can be seen', () => {
  it.each(['a', ' a ', '\u202egnp.exe', '🙂', 'مرحبا', '👩‍💻', '0', '-', '漢'])('is %j', (text) => {
    expect(SOMETHING_SEEN.test(text)).toBe(true);
  });

  it.each([
    '',
    ' ',
    '\u00a0\u3000',
    '\u200b\u200d',
    '\u202e',
    '\ufeff',
    '\u2060',
    '\u3164',
    '\ufe0f',
  ])('is not %j', (text) => {
    expect(SOMETHING_SEEN.test(text)).toBe(false);
  });
});

describe('text within a sentence', () => {
  it.each([
    ['plain', 'plain'],
    ['évil\u202egnp.exe', 'évilgnp.exe'],
    ['a\u2069\u202eb', 'ab'],
    ['שלום', '\u2068שלום\u2069'],
    ['\u202eمرحبا 1', '\u2068مرحبا 1\u2069'],
    ['👩‍💻', '👩‍💻'],
  ])('%j is %j', (text, shown) => {
    expect(isolated(text)).toBe(shown);
  });

  it('steers nothing beyond its end', () => {
    const steering = fc.constantFrom(
      ...Array.from('\u061c\u200e\u200f\u202a\u202c\u202d\u202e\u2066\u2069aא'),
    );
    fc.assert(
      fc.property(fc.string({ unit: steering }), (text) => {
        expect(isolated(text)).toMatch(/^\u2068?[aא]*\u2069?$/);
      }),
    );
  });
});

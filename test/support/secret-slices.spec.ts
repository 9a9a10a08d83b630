import { SecretSlices } from './secret-slices.js';

describe('SecretSlices', () => {
  // Always the same: beside eleven letters of it a neighbour may happen to begin as the twelfth.
  const text = 'pC3v-9Qm_Zt7LkE2xWbS5nRyU8dGhJ0a';
  const slices = new SecretSlices([{ name: 'a secret', text }]);
  const inside = text.slice(9, 21);

  it.each<[string, (text: string) => string]>([
    ['clear', (slice) => slice],
    ['hexadecimal digits', (slice) => Buffer.from(slice).toString('hex')],
    ['upper-case digits', (slice) => Buffer.from(slice).toString('hex').toUpperCase()],
    ['base64', (slice) => Buffer.from(slice).toString('base64')],
    ['base64 after one byte', (slice) => Buffer.from(`x${slice}yz`).toString('base64')],
    ['base64 after two bytes', (slice) => Buffer.from(`{"${slice}"}`).toString('base64')],
    ['base64url', (slice) => Buffer.from(`a ${slice} b`).toString('base64url')],
    ['URL-encoded', (slice) => encodeURIComponent(slice)],
    [
      'URL-encoded letter by letter',
      (slice) => Buffer.from(slice).toString('hex').replaceAll(/../g, '%$&'),
    ],
  ])('finds twelve characters in the %s', (_what, write) => {
    expect(slices.findIn(`before ${write(inside)} after`)).toEqual(['a secret']);
    expect(slices.findIn(Buffer.from(`\0\xff${write(inside)}`, 'latin1'))).toEqual(['a secret']);
    expect(slices.findIn(write(inside.slice(1)))).toEqual([]);
  });

  it('takes no secret that it could not find', () => {
    expect(() => new SecretSlices([{ name: 'short', text: 'eleven char' }])).toThrow('too short');
  });
});

import { bearerToken, normalEmail } from './access.rules.js';

describe('bearerToken', () => {
  it.each([
    ['Bearer oju_abc', 'oju_abc'],
    ['bearer  oju_abc ', 'oju_abc'],
    ['Basic b2p1', null],
    ['oju_abc', null],
    ['Bearer', null],
    ['Bearer oju_a oju_b', null],
    ['', null],
    [undefined, null],
  ])('reads %p as %p', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });
});

describe('normalEmail', () => {
  it('folds case and drops white space at the ends', () => {
    expect(normalEmail(' Ada@Example.COM ')).toBe('ada@example.com');
  });
});

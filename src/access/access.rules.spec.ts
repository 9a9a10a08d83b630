import { bearerToken, localPath, normalEmail } from './access.rules.js';

describe('localPath', () => {
  it.each([
    '/',
    '/alerts',
    '/alerts/7?state=new&x=%2F%2Fevil',
    '/a//b',
    '/login?next=https://e.example',
  ])('takes %s', (path) => {
    expect(localPath(path)).toBe(path);
  });

  it.each([
    ['another scheme', 'https://evil.example/'],
    ['a script', 'javascript:alert(1)'],
    ['no slash', 'alerts'],
    ['nothing', ''],
    ['a scheme-relative address', '//evil.example'],
    ['a backslash', '/\\evil.example'],
    ['a backslash further on', '/a\\..\\evil'],
    ['a tab that browsers drop', '/\t/evil.example'],
    ['a line end', '/\n/evil.example'],
    ['a leading space', ' //evil.example'],
    ['text beyond ASCII', '/\u2028/evil.example'],
    ['more than 2,000 characters', `/${'a'.repeat(2000)}`],
    ['no text', ['/alerts']],
    ['nothing at all', undefined],
  ])('refuses %s', (_what, target) => {
    expect(localPath(target)).toBeNull();
  });
});

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

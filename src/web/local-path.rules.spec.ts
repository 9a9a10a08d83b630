import { localPath, refererPath } from './local-path.rules.js';

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

describe('refererPath', () => {
  it.each([
    ['http://oju.example:3000/vendor?x=1#add', 'oju.example:3000', '/vendor?x=1'],
    ['https://oju.example/', 'oju.example', '/'],
    ['https://evil.example/vendor', 'oju.example', null],
    ['https://oju.example.evil.example/vendor', 'oju.example', null],
    ['https://oju.example//evil.example', 'oju.example', null],
    ['about:blank', 'oju.example', null],
    ['/vendor', 'oju.example', null],
    ['', 'oju.example', null],
    [undefined, 'oju.example', null],
    ['https://oju.example/vendor', undefined, null],
  ])('of %j at %j is %j', (referer, host, path) => {
    expect(refererPath({ referer, host })).toBe(path);
  });
});

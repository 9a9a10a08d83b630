import { canonicaliseUrl, urlIdFromPath, urlIdOf } from './canonical-url.js';

describe('canonicaliseUrl', () => {
  it.each([
    ['http://www.google.com', 'http://www.google.com/'],
    ['HTTPS://Shop.Example.COM:443/Login?B=2&a=1#top', 'https://shop.example.com/Login?B=2&a=1'],
    ['http://shop.example.com:8080/a/', 'http://shop.example.com:8080/a/'],
    ['https://münchen.example/%7euser/%c3%a4', 'https://xn--mnchen-3ya.example/~user/%C3%A4'],
    ['shop.example.com', 'http://shop.example.com/'],
    ['shop.example.com:8080/x', 'http://shop.example.com:8080/x'],
    ['http://93.184.216.34/x', 'http://93.184.216.34/x'],
    ['http://example.com/a;jsessionid=1?x', 'http://example.com/a;jsessionid=1?x'],
  ])('%s becomes %s', (submitted, canonical) => {
    expect(canonicaliseUrl(submitted)).toBe(canonical);
  });

  it.each([
    '',
    'http://',
    'ftp://example.com/',
    'mailto:someone@example.com',
    'http://intranet/',
    'http://example.invalid/',
    'http://exa mple.com/',
    'http://example.com/a b',
    'http://example.c0m9/',
  ])('refuses %j', (submitted) => {
    expect(canonicaliseUrl(submitted)).toBeNull();
  });
});

describe('urlIdFromPath', () => {
  const url = 'http://www.google.com/';

  it('gives the ids that VirusTotal is known to give', () => {
    expect(urlIdOf(url)).toMatch(/^dd014af5.*4eaf$/);
    expect(urlIdOf('http://virustotal.com/')).toMatch(/^a354494a.*7293$/);
  });

  it('takes the SHA-256 and the unpadded base64 of the URL, canonical or not', () => {
    expect(urlIdFromPath(urlIdOf(url))).toBe(urlIdOf(url));
    expect(urlIdFromPath(Buffer.from('http://www.google.com').toString('base64url'))).toBe(
      urlIdOf(url),
    );
  });

  it('takes no padding and no other text', () => {
    expect(urlIdFromPath(Buffer.from('http://google.com/').toString('base64'))).toMatch(/^\w{64}$/);
    expect(urlIdFromPath('aHR0cDovL2EuZGUv==')).toBeNull();
    expect(urlIdFromPath('nonsense')).toBeNull();
  });
});

import fc from 'fast-check';
import { MAX_URL_LENGTH, type PlatformUrl, parsePlatformUrl } from './platform-url.rules';

function accepted(text: string): PlatformUrl {
  const parsed = parsePlatformUrl(text);
  if ('complaint' in parsed) throw new Error(`${text} was refused: ${parsed.complaint}`);
  return parsed;
}

function complaintOn(text: string): string | null {
  const parsed = parsePlatformUrl(text);
  return 'complaint' in parsed ? parsed.complaint.replace('platform.error.', '') : null;
}

describe('the normal form of a platform’s URL', () => {
  it.each([
    ['https://www.example.org/', 'https://www.example.org/'],
    ['https://www.example.org', 'https://www.example.org/'],
    ['  https://www.example.org/  ', 'https://www.example.org/'],
    ['HTTPS://WWW.Example.ORG/', 'https://www.example.org/'],
    ['https://www.example.org.', 'https://www.example.org/'],
    ['https://www.example.org.:443/', 'https://www.example.org/'],
    ['https://www.example.org:443', 'https://www.example.org/'],
    ['http://www.example.org:80/', 'http://www.example.org/'],
    ['http://www.example.org:443/', 'http://www.example.org:443/'],
    ['https://www.example.org:8443/a', 'https://www.example.org:8443/a'],
    ['https://www.example.org/#top', 'https://www.example.org/'],
    ['https://www.example.org/?', 'https://www.example.org/'],
    ['https://www.example.org/?a=B&c', 'https://www.example.org/?a=B&c'],
    ['https://www.example.org?a=1', 'https://www.example.org/?a=1'],
    ['https://www.example.org/Login', 'https://www.example.org/Login'],
    ['https://www.example.org/a/../b/./c', 'https://www.example.org/b/c'],
    ['https://www.example.org/ä', 'https://www.example.org/%C3%A4'],
    ['https://www.example.org/a%2fb', 'https://www.example.org/a%2fb'],
    ['https://www.example.org/a?b=c\\d', 'https://www.example.org/a?b=c\\d'],
    ['https://www.example.org/@user', 'https://www.example.org/@user'],
    ['https://www.example.org/a?mail=b@c', 'https://www.example.org/a?mail=b@c'],
    ['https://Bücher.example.org/', 'https://xn--bcher-kva.example.org/'],
    ['https://xn--bcher-kva.example.org/', 'https://xn--bcher-kva.example.org/'],
    ['https://bücher。example。org/', 'https://xn--bcher-kva.example.org/'],
    ['https://with_underscore.example.org/', 'https://with_underscore.example.org/'],
    ['http://8.8.8.8/', 'http://8.8.8.8/'],
    ['http://134744072/', 'http://8.8.8.8/'],
    ['http://[2606:4700:4700:0:0:0:0:1111]/', 'http://[2606:4700:4700::1111]/'],
    ['http://a.example/', 'http://a.example/'],
  ])('of %s is %s', (text, urlKey) => {
    expect(accepted(text).urlKey).toBe(urlKey);
  });

  it('keeps what was typed beside it', () => {
    const text = 'HTTPS://Bücher.Example.org:443#top';
    expect(accepted(` ${text}\n`)).toEqual({
      url: text,
      urlKey: 'https://xn--bcher-kva.example.org/',
      host: 'xn--bcher-kva.example.org',
      warning: null,
    });
  });

  it('tells paths in another case apart', () => {
    expect(accepted('https://a.example/Login').urlKey).not.toBe(
      accepted('https://a.example/login').urlKey,
    );
  });
});

describe('a URL that cannot be monitored', () => {
  const label64 = 'a'.repeat(64);
  it.each([
    ['', 'urlEmpty'],
    ['   ', 'urlEmpty'],
    ['www.example.org', 'urlNoScheme'],
    ['//www.example.org/', 'urlNoScheme'],
    ['example.org:8080/', 'urlNoScheme'],
    ['http:www.example.org', 'urlNoScheme'],
    ['https:/www.example.org', 'urlNoScheme'],
    ['mailto:ada@example.org', 'urlNoScheme'],
    ['javascript:alert(1)', 'urlNoScheme'],
    ['data:text/html,x', 'urlNoScheme'],
    ['https:\\\\www.example.org\\', 'urlNoScheme'],
    ['ftp://www.example.org/', 'urlScheme'],
    ['file:///etc/passwd', 'urlScheme'],
    ['ws://www.example.org/', 'urlScheme'],
    ['javascript://www.example.org/%0Aalert(1)', 'urlScheme'],
    ['https://', 'urlForm'],
    ['https:///www.example.org', 'urlForm'],
    ['https://www.example.org:99999/', 'urlForm'],
    ['https://www.example.org\\evil.example.net/', 'urlForm'],
    ['https://www.example.org/a\\b', 'urlForm'],
    ['https://256.1.1.1/', 'urlForm'],
    ['https://exa%20mple.org/', 'urlForm'],
    ['https://xn--a/', 'urlForm'],
    ['https://ada@www.example.org/', 'urlCredentials'],
    ['https://ada:secret@www.example.org/', 'urlCredentials'],
    ['https://:@www.example.org/', 'urlCredentials'],
    ['https://@www.example.org/', 'urlCredentials'],
    ['https://www.example.org@127.0.0.1/', 'urlCredentials'],
    ['https://www.exa mple.org/', 'urlSpace'],
    ['https://www.example.org/a b', 'urlSpace'],
    ['https://www.example.org/a\nb', 'urlSpace'],
    ['https://www.example.org/a\tb', 'urlSpace'],
    ['https://www.example.org/\u0000', 'urlSpace'],
    ['https://www.example.org/a\u00a0b', 'urlSpace'],
    ['https://www.exa\u200bmple.org/', 'urlSpace'],
    ['https://www.exa\u00admple.org/', 'urlSpace'],
    ['https://www.example.org/\u202egro.live', 'urlSpace'],
    ['https://www.example.org/\ud800', 'urlSpace'],
    [`https://www.example.org/${'a'.repeat(3000)}`, 'urlLength'],
    [`https://www.example.org/${'ä'.repeat(1000)}`, 'urlLength'],
    ['https://intranet/', 'urlPrivateName'],
    ['https://intranet:8080/', 'urlPrivateName'],
    ['https://shop/', 'urlSingleLabel'],
    ['https://shop./', 'urlSingleLabel'],
    ['http://localhost/', 'urlPrivateName'],
    ['http://LOCALHOST.:3000/', 'urlPrivateName'],
    ['http://a.localhost/', 'urlPrivateName'],
    ['http://printer.local/', 'urlPrivateName'],
    ['http://printer.local./', 'urlPrivateName'],
    ['http://wiki.internal/', 'urlPrivateName'],
    ['http://nas.home.arpa/', 'urlPrivateName'],
    ['http://site.test/', 'urlPrivateName'],
    ['http://site.invalid/', 'urlPrivateName'],
    ['http://site.onion/', 'urlPrivateName'],
    ['https://www..example.org/', 'urlHost'],
    ['https://www.example.org../', 'urlHost'],
    ['https://.example.org/', 'urlHost'],
    ['https://*.example.org/', 'urlHost'],
    [`https://${label64}.example.org/`, 'urlHost'],
    [`https://${'a.'.repeat(126)}org/`, 'urlHost'],
  ])('%j: %s', (text, complaint) => {
    expect(complaintOn(text)).toBe(complaint);
  });

  it.each([
    '2130706433',
    '127.1',
    '127.0.1',
    '0x7f.1',
    '0x7f000001',
    '0177.0.0.1',
    '017700000001',
    '127.0.0.1.',
    '１２７.0.0.1',
    '127。0。0。1',
    '%31%32%37.0.0.1',
    '0',
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '100.127.255.255',
    '127.255.255.255',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '192.168.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:7f00:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:8.8.8.8]',
    '[::ffff:0:127.0.0.1]',
    '[::127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::a00:1]',
    '[64:ff9b:1::a00:1]',
    '[2002:7f00:1::]',
    '[2002:a00:1::]',
    '[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
    '[2001:db8::1]',
    '[3fff::1]',
    '[100::1]',
    '[fc00::1]',
    '[fdff:ffff::1]',
    '[fe80::1]',
    '[febf::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[ff0e::1]',
    '[4000::1]',
  ])('no address that is not public, written as %s', (host) => {
    expect(complaintOn(`http://${host}/`)).toBe('urlPrivateAddress');
    expect(complaintOn(`https://${host}:8443/a?b`)).toBe('urlPrivateAddress');
  });

  it.each([
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.1',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '[2001:200::1]',
    '[2a00:1450:4001:81b::200e]',
    '[3ffe:ffff::1]',
  ])('but the public neighbour %s can', (host) => {
    expect(complaintOn(`http://${host}/`)).toBeNull();
  });
});

describe('a query that looks like it carries a secret', () => {
  it.each([
    '?token=abc',
    '?access_token=abc',
    '?accessToken=abc',
    '?key=abc',
    '?apiKey=abc',
    '?api-key=abc',
    '?X-Amz-Signature=abc',
    '?sig=abc',
    '?password=abc',
    '?user[password]=abc',
    '?PHPSESSID=abc',
    '?session=abc',
    '?auth=abc',
    '?jwt=abc',
    '?a=1&secret=2',
    '?t=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln',
    '?reset=3f2504e0-4f89-11d3-9a0c-0305e82c3301',
    '?h=d41d8cd98f00b204e9800998ecf8427e',
    '?x=dGhpcyBpcyBub3QgcHVibGlj1A',
  ])('is warned of: %s', (query) => {
    expect(accepted(`https://www.example.org/${query}`).warning).toBe('platform.warning.urlSecret');
  });

  it.each([
    '',
    '?page=2',
    '?q=a+long+search+for+something+that+is+public',
    '?keyword=shoes',
    '?monkey=1',
    '?design=blue',
    '?title=the-history-of-authentication-in-2024',
    '?passenger=1',
    '?id=1234567890123456',
    '?lang=en-GB',
  ])('is not: %s', (query) => {
    expect(accepted(`https://www.example.org/${query}`).warning).toBeNull();
  });
});

const publicHost = fc
  .array(fc.stringMatching(/^[a-zA-Zäößéñ日本語0-9]{1,12}$/), { minLength: 1, maxLength: 4 })
  .map((labels) => `${labels.join('.')}.example.org`);
const anyUrl = fc
  .record({
    scheme: fc.constantFrom('http', 'https', 'HTTP', 'hTTps'),
    host: publicHost,
    dot: fc.constantFrom('', '.'),
    port: fc.constantFrom('', ':80', ':443', ':8080', ':'),
    rest: fc.webUrl({ withQueryParameters: true, withFragments: true }),
    junk: fc.string({ unit: 'grapheme', maxLength: 20 }),
  })
  .map(({ scheme, host, dot, port, rest, junk }) => {
    const tail = rest.replace(/^https?:\/\/[^/?#]*/, '');
    return `${scheme}://${host}${dot}${port}/${junk}${tail}`;
  });

/** Every way that the URL parser knows to write one IPv4 address. */
const spellings: ((address: number) => string)[] = [
  (a) => octets(a).join('.'),
  (a) => String(a),
  (a) => `0x${a.toString(16)}`,
  (a) => `0${a.toString(8)}`,
  (a) =>
    octets(a)
      .map((octet) => `0x${octet.toString(16)}`)
      .join('.'),
  (a) =>
    octets(a)
      .map((octet) => `0${octet.toString(8)}`)
      .join('.'),
  (a) => `${Math.floor(a / 2 ** 24)}.${a % 2 ** 24}`,
  (a) => `${octets(a).slice(0, 2).join('.')}.${a % 2 ** 16}`,
  (a) => `${octets(a).join('.')}.`,
  (a) => octets(a).join('。'),
  (a) =>
    octets(a)
      .join('.')
      .replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
  (a) =>
    octets(a)
      .join('.')
      .replace(/\d/g, (digit) => `%3${digit}`),
  (a) => `[::ffff:${octets(a).join('.')}]`,
  (a) => `[::FFFF:${groups(a)}]`,
  (a) => `[0:0:0:0:0:ffff:${groups(a)}]`,
  (a) => `[::${groups(a)}]`,
  (a) => `[::ffff:0:${groups(a)}]`,
  (a) => `[64:ff9b::${octets(a).join('.')}]`,
  (a) => `[2002:${groups(a)}::1]`,
];

function octets(address: number): number[] {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
}

function groups(address: number): string {
  return [Math.floor(address / 2 ** 16), address % 2 ** 16]
    .map((group) => group.toString(16))
    .join(':');
}

const PRIVATE_NETS: readonly (readonly [number, number])[] = [
  [0x00000000, 8],
  [0x0a000000, 8],
  [0x64400000, 10],
  [0x7f000000, 8],
  [0xa9fe0000, 16],
  [0xac100000, 12],
  [0xc0a80000, 16],
  [0xe0000000, 4],
  [0xf0000000, 4],
];
const privateAddress = fc
  .tuple(fc.constantFrom(...PRIVATE_NETS), fc.nat({ max: 0x7fffffff }))
  .map(([[net, prefix], offset]) => net + (offset % 2 ** (32 - prefix)));

describe('for any text', () => {
  it('the normal form of a normal form is itself', () => {
    let count = 0;
    fc.assert(
      fc.property(anyUrl, (text) => {
        const parsed = parsePlatformUrl(text);
        if ('complaint' in parsed) return;
        count += 1;
        expect(accepted(parsed.urlKey).urlKey).toBe(parsed.urlKey);
        expect(parsed.urlKey).toMatch(/^https?:\/\/[\x21-\x7e]+$/);
        expect(parsed.urlKey.length).toBeLessThanOrEqual(MAX_URL_LENGTH);
      }),
      { numRuns: 2000 },
    );
    expect(count).toBeGreaterThan(500);
  });

  it('nothing is thrown, and what is accepted is http or https without credentials', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), anyUrl, fc.webUrl()), (text) => {
        const parsed = parsePlatformUrl(text);
        if ('complaint' in parsed) return;
        const { protocol, username, password, hash } = new URL(parsed.urlKey);
        expect(['http:', 'https:']).toContain(protocol);
        expect([username, password, hash]).toEqual(['', '', '']);
      }),
      { numRuns: 2000 },
    );
  });

  it('no spelling of a private address is accepted', () => {
    fc.assert(
      fc.property(privateAddress, fc.constantFrom(...spellings), (address, spell) => {
        expect(complaintOn(`http://${spell(address)}/`)).toBe('urlPrivateAddress');
      }),
      { numRuns: 3000 },
    );
  });
});

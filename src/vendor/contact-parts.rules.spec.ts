import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { contactParts } from './contact-parts.rules';

const linksOf = (contact: string) =>
  contactParts(contact)
    .filter(({ href }) => href !== null)
    .map(({ href }) => href);

describe('a contact in pieces', () => {
  it.each([
    ['fp@a.example', ['mailto:fp@a.example']],
    [
      'Mail fp+vt@a.example, or +49 (0)30 123-456.',
      ['mailto:fp%2Bvt@a.example', 'tel:+4930123456'],
    ],
    ['https://a.example/x?y=1#z; b@c.example', ['https://a.example/x?y=1#z', 'mailto:b@c.example']],
    ['(see https://a.example/b_(c)).', ['https://a.example/b_(c)']],
    ['HTTP://A.example', ['http://a.example/']],
    ['https://u@a.example/ is one link', ['https://u@a.example/']],
    ['https://a.example/?mail=x@y.example', ['https://a.example/?mail=x@y.example']],
    ['0049 30 1234567', ['tel:+49301234567']],
    ['abuse@bücher.example', ['mailto:abuse@b%C3%BCcher.example']],
    ['50%off@a.example', ['mailto:50%25off@a.example']],
    ['müller@a.example', ['mailto:m%C3%BCller@a.example']],
    ["'fp@a.example'", ['mailto:fp@a.example']],
    ['mailto:fp@a.example?bcc=b@c.example', ['mailto:fp@a.example']],
    ['+49 30 123456 24/7', ['tel:+4930123456']],
  ])('%s: %j', (contact, links) => {
    expect(linksOf(contact)).toEqual(links);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'ticket 12345678, 2026-11-24, 10.0.0.1, port 8080',
    'ftp://a.example/x',
    '@a.example',
    'a@b',
    'https://',
    'x+49301234567',
    "o'brien@a.example",
    'a&b@a.example',
    'E-Mail/abuse@a.example',
    'ref 0012345678',
    '+1 800 555 0100 2026',
    '+1 800 555 0100 2026 12',
    '',
  ])('has no link: %s', (contact) => {
    expect(linksOf(contact)).toEqual([]);
  });

  it('has no link that leaves its scheme or its attribute', () => {
    const hostile = [
      'https://a.example/"onmouseover="alert(1)',
      "https://a.example/'x",
      'a@b.example?bcc=c@d.example',
      'a@b.example%0aBcc:c@d.example',
      'https://a.example/\u202etxt.exe',
    ].join(' ');
    for (const href of linksOf(hostile)) {
      expect(href).toMatch(/^(https?:\/\/|mailto:|tel:)/);
      expect(href).not.toMatch(/["'<>\s]/);
      if (href?.startsWith('mailto:')) expect(href).not.toContain('?');
    }
  });

  it('is the contact again when its texts are joined, on every contact of the catalogue', () => {
    const rows: Record<string, string>[] = parse(readFileSync(join(__dirname, 'catalogue.csv')), {
      columns: true,
    });
    for (const { contact, false_positive_url } of rows) {
      const text = [contact, false_positive_url].filter(Boolean).join('; ');
      const parts = contactParts(text);
      expect(parts.map((part) => part.text).join('')).toBe(text);
      // Every address and form in it is a link of its own.
      expect(linksOf(text)).toHaveLength(text === '' ? 0 : text.split('; ').length);
    }
  });

  it('takes no time over a contact made to take long', () => {
    const started = performance.now();
    for (const piece of ['a@', 'a.', '+1 ', 'https://)', '1-', '('])
      contactParts(piece.repeat(Math.floor(1000 / piece.length)));
    expect(performance.now() - started).toBeLessThan(200);
  });
});

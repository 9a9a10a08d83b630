import { LONGEST_MAILTO, mailtoHref } from './mailto.rules.js';

describe('A mailto address', () => {
  const parse = (href: string) => {
    const { pathname, searchParams } = new URL(href);
    // A plus sign is itself in mailto, and no blank.
    expect(href).not.toContain('+');
    return { to: decodeURIComponent(pathname), fields: Object.fromEntries(searchParams) };
  };

  it('gives subject and body back as they were, with CRLF between lines', () => {
    const { href, isWhole } = mailtoHref(
      'mailto:fp@vendor.example',
      'A & b=c?',
      'Déjà\nvu 100% + ü',
    );
    expect(isWhole).toBe(true);
    expect(parse(href)).toEqual({
      to: 'fp@vendor.example',
      fields: { subject: 'A & b=c?', body: 'Déjà\r\nvu 100% + ü' },
    });
  });

  it.each([
    'x\r\nBcc: all@evil.example',
    'x\nBcc: all@evil.example',
    'x&bcc=all@evil.example',
    'x?cc=all@evil.example#',
    'x%0D%0ABcc:all@evil.example',
    'x\u0000\u001b[31m',
  ])('lets no subject add a header field: %j', (subject) => {
    const { href } = mailtoHref('mailto:fp@vendor.example', subject, subject);
    const { to, fields } = parse(href);
    expect(to).toBe('fp@vendor.example');
    expect(Object.keys(fields)).toEqual(['subject', 'body']);
    expect(fields.subject).not.toMatch(/\p{Cc}/u);
    expect(href.split('?')).toHaveLength(2);
    expect(href).not.toContain('#');
  });

  it('holds the subject alone when the text is too long, and survives half characters', () => {
    const { href, isWhole } = mailtoHref('mailto:fp@vendor.example', 'S\ud800', 'é'.repeat(400));
    expect(isWhole).toBe(false);
    expect(parse(href).fields).toEqual({ subject: 'S\ufffd' });
    expect(mailtoHref('mailto:a@b.example', 'S', 'e'.repeat(1_900)).isWhole).toBe(true);
    expect(href.length).toBeLessThanOrEqual(LONGEST_MAILTO);
  });
});

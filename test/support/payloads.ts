/** Texts that would do harm where they were taken for more than text, by what would take them so. */
export const PAYLOADS: readonly (readonly [kind: string, text: string])[] = [
  ['SQL', "'; DROP TABLE users; --"],
  ['SQL', `" OR "1"="1' OR '1'='1`],
  ['Handlebars', "{{t 'app.name'}}SSTI {{> menu}}"],
  ['Handlebars', '{{{lookup this "constructor"}}}{{#with "s" as |x|}}SSTI{{/with}}'],
  ['HTML', '"><script>alert(1)</script><img src=x onerror=alert(1)>'],
  ['CSV formula', '=HYPERLINK("http://evil.example";"x")'],
  ['CSV formula', "@SUM(1+1)*cmd|' /C calc'!A0"],
  ['CSV formula', '-1+1+cmd'],
  ['header', 'x\r\nX-Injected: 1'],
  ['header', '%0d%0aX-Injected:%201'],
  ['NUL and direction', 'a\0b\u202e'],
  ['path', '../../../../etc/passwd'],
  ['prototype', '__proto__'],
];

/** What of an answer shows that a payload was more than text to somebody. */
export function harmIn(answer: {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
}): string | null {
  const { status, headers, text } = answer;
  if (status >= 500) return `status ${status}`;
  if ('x-injected' in headers) return 'a header';
  const location = headers.location ?? '/';
  if (!/^\/(?![/\\])[\x21-\x7e]*$/.test(location)) return `a redirect to ${location}`;
  const isPage = headers['content-type']?.includes('text/html') ?? false;
  if (isPage && /<script>alert|<img src=x/.test(text)) return 'HTML';
  if (/Oju(?:<[^>]*>)?SSTI/.test(text)) return 'a template';
  if (/root:x:0|SQLITE_|ER_[A-Z]+_ERROR|syntax error/i.test(text)) return 'a file or a query';
  if (/\n\s+at .*\.[jt]s:\d+/.test(text)) return 'a stack';
  return null;
}

/** The cells of a CSV that a spreadsheet would run. */
export function formulasIn(csv: string): string[] {
  const lines = csv.replaceAll('\r\n', '\n');
  return [...lines.matchAll(/(?:^|,)"?([=+\-@\t\r][^",\n]*)/gm)].map(([, cell]) => cell ?? '');
}

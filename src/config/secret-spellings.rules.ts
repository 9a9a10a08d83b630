/** Shorter ones would be found in text that has nothing to do with the secret. */
const SHORTEST_ENCODED = 8;

/**
 * The ways in which a secret may stand in text: in the clear, escaped for JSON and HTML,
 * URL-encoded, in hexadecimal, and in base64 wherever it begins in a group of three bytes.
 * The longest first.
 */
export function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const encoded = [
    bytes.toString('hex'),
    ...[0, 1, 2].flatMap((offset) => [
      base64Core(bytes, offset, 'base64'),
      base64Core(bytes, offset, 'base64url'),
    ]),
  ].filter((spelling) => spelling.length >= SHORTEST_ENCODED);
  const percent = encodeURIComponent(secret.toWellFormed());
  const escaped = [
    secret,
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    new URLSearchParams({ x: secret }).toString().slice(2),
    JSON.stringify(secret).slice(1, -1),
    secret.replace(/[&<>"'`=]/g, (character) => HTML[character] ?? character),
    // Inside the userinfo of an address, as WHATWG and others leave these alone.
    encodeURI(secret.toWellFormed()),
  ];
  const all = [...new Set([...escaped, ...encoded, ...encoded.map((text) => text.toUpperCase())])];
  return all.sort((a, b) => b.length - a.length);
}

/** As Handlebars escapes them. */
const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '`': '&#x60;',
  '=': '&#x3D;',
};

/** What base64 makes of the bytes whatever stands around them: without the ragged ends. */
function base64Core(bytes: Buffer, offset: number, form: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString(form);
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

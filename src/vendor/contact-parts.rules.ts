/** A piece of a contact: plain text, or a link that is safe to follow. */
export interface ContactPart {
  text: string;
  /** `http:`, `https:`, `mailto:` or `tel:`; null for text. */
  href: string | null;
}

// A link to half of an address goes to a stranger: what could belong to it (RFC 5322 lets more into
// an address than anybody's mail server does) makes all of it text.
const MAIL_BEGINS = String.raw`(?<![\p{L}\p{N}._+%~&=?/!#$^${'`'}{|}@-])(?<![\p{L}\p{N}]['’])`;
const MAIL = String.raw`[\p{L}\p{N}._+%~-]{1,64}@(?:[\p{L}\d](?:[\p{L}\d-]{0,61}[\p{L}\d])?\.)+\p{L}{2,63}(?![\p{L}\d-])`;
// Without a plus sign only with a gap behind the country: 0012345678 is as well a ticket's number.
// Office hours are no part of it, and what ends like a year may be one.
const PHONE = String.raw`(?<![\p{L}\d.,+@/_-])(?:\+[1-9]|00[1-9]\d{0,2}(?=[ ()\/.-]))(?:(?! ?24\/7)[ ()\/.-]{0,2}\d){6,14}(?<! (?:19|20)\d\d)(?![\p{L}\d@_-]| (?!24\/7)[\d(])`;

// In one expression, so that the mail address within a URL is part of the URL.
const LINKS = new RegExp(
  [
    String.raw`(?<url>https?:\/\/[^\s<>"'\\^${'`'}{|}]+)`,
    `(?<mail>${MAIL_BEGINS}${MAIL})`,
    `(?<phone>${PHONE})`,
  ].join('|'),
  'giu',
);
/** What ends a sentence or closes a bracket, and no address that stands in it. */
const TRAILING = /(?:[.,;:!?]|\)(?<!\([^()]*\)))+$/;

/**
 * A contact as it was typed, in pieces: mail addresses, http(s) URLs and phone numbers with their
 * country (`+49 30 123456`) as links, all else as text. Joined, the texts are the contact again.
 */
export function contactParts(contact: string): ContactPart[] {
  const parts: ContactPart[] = [];
  let end = 0;
  for (const { index, 0: found, groups } of contact.matchAll(LINKS)) {
    const text = groups?.url === undefined ? found : found.replace(TRAILING, '');
    const href = hrefOf(text, groups ?? {});
    if (href === null) continue;
    if (index > end) parts.push({ text: contact.slice(end, index), href: null });
    parts.push({ text, href });
    end = index + text.length;
  }
  if (end < contact.length) parts.push({ text: contact.slice(end), href: null });
  return parts;
}

function hrefOf(text: string, { url, mail }: Partial<Record<string, string>>): string | null {
  if (url !== undefined) return URL.canParse(text) ? new URL(text).href : null;
  // A percent sign would begin an escape, and what follows a question mark be header fields.
  if (mail !== undefined) return `mailto:${text.split('@').map(encodeURIComponent).join('@')}`;
  // The zero in brackets is dialled only without the country.
  return `tel:${text
    .replace('(0)', '')
    .replace(/[^\d+]/g, '')
    .replace(/^00/, '+')}`;
}

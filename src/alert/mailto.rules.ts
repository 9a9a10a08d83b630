/** Longer addresses are cut by some systems on their way to the mail program. */
export const LONGEST_MAILTO = 2_000;

/** The address that opens a mail program with a text in it. */
export interface Mailto {
  href: string;
  /** False when the text is too long for an address: then it holds the subject alone. */
  isWhole: boolean;
}

/**
 * A mailto address with subject and body (RFC 6068): everything is percent-encoded, so that neither
 * can add a header field; lines of the body end in CRLF.
 * @param address `mailto:` with one encoded mail address, as a contact's parts have it
 */
export function mailtoHref(address: string, subject: string, body: string): Mailto {
  const withSubject = `${address}?subject=${encoded(subject.replace(/\p{Cc}+/gu, ' '))}`;
  const href = `${withSubject}&body=${encoded(body.replace(/\r\n|\r|\n/g, '\r\n'))}`;
  const isWhole = href.length <= LONGEST_MAILTO;
  return { href: isWhole ? href : withSubject.slice(0, LONGEST_MAILTO), isWhole };
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

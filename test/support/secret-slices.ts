/** So many characters of a secret in a row are taken for a leak. */
const SLICE = 12;

/** Each way in which text is written down, of a slice of a secret. */
const ENCODINGS: readonly ((slice: string) => readonly string[])[] = [
  (slice) => [slice],
  (slice) => [hex(slice), hex(slice).toUpperCase()],
  (slice) => [0, 1, 2].flatMap((offset) => [base64(slice, offset), urlSafe(base64(slice, offset))]),
  (slice) => [encodeURIComponent(slice)],
  (slice) => [percent(slice), percent(slice).toUpperCase()],
];

/** A secret to be looked for, and what a report may call it. */
export interface Secret {
  name: string;
  text: string;
}

/**
 * Finds secrets in whatever was written: any 12 characters of one in a row, in the clear, in base64
 * (wherever it began in a group of three), in hexadecimal digits or URL-encoded.
 */
export class SecretSlices {
  /** Spellings by their length: what is searched is gone through once for each. */
  private readonly byLength = new Map<number, Map<string, string>>();

  constructor(secrets: readonly Secret[]) {
    for (const { name, text } of secrets) {
      if (text.length < SLICE) throw new Error(`${name} is too short to be looked for`);
      for (let start = 0; start + SLICE <= text.length; start += 1) {
        const slice = text.slice(start, start + SLICE);
        for (const spelling of ENCODINGS.flatMap((encode) => encode(slice))) {
          this.keep(spelling, name);
        }
      }
    }
  }

  /** The names of the secrets that are in there; a buffer is read byte by byte. */
  findIn(written: string | Buffer): string[] {
    const text = typeof written === 'string' ? written : written.toString('latin1');
    const found = new Set<string>();
    for (const [length, spellings] of this.byLength) {
      for (let at = 0; at + length <= text.length; at += 1) {
        const name = spellings.get(text.slice(at, at + length));
        if (name !== undefined) found.add(name);
      }
    }
    return [...found];
  }

  private keep(spelling: string, name: string): void {
    const spellings = this.byLength.get(spelling.length) ?? new Map<string, string>();
    this.byLength.set(spelling.length, spellings.set(spelling, name));
  }
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

function percent(text: string): string {
  return hex(text).replaceAll(/../g, '%$&');
}

/** Without the ragged ends, which belong to what stands beside it. */
function base64(text: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
  const whole = bytes.toString('base64').replace(/=+$/, '');
  const first = offset === 0 ? 0 : offset + 1;
  const last = bytes.length % 3 === 0 ? whole.length : whole.length - 1;
  return whole.slice(first, last);
}

function urlSafe(encoded: string): string {
  return encoded.replaceAll('+', '-').replaceAll('/', '_');
}

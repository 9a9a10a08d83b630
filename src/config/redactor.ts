/** From the first character past the prefix on, which lists and the audit trail show. */
const API_TOKEN = /oju_[A-Za-z0-9_-]{9,}/g;
/** Of a one-time link: whoever has it gets in. */
const LINK_TOKEN = /(\/(?:invite|reset)\/)[A-Za-z0-9_-]{16,}/g;
const API_KEY_HEADER = /(x-apikey["']?\s*[:=]\s*["']?)[0-9a-f]+/gi;
const LONGEST_KEPT = 3;

/**
 * Takes secrets out of text: the ones it was told of, and anything of the form of an API token.
 * Logs, stored errors and pages use this one.
 */
export class Redactor {
  private readonly secrets = new Set<string>();

  /** From now on `secret` is taken out wherever it appears: in the clear, URL-encoded or in JSON. */
  protect(secret: string): void {
    if (secret.length > LONGEST_KEPT) this.secrets.add(secret);
  }

  redact(text: string): string {
    let clean = text
      .replace(API_TOKEN, 'oju_[redacted]')
      .replace(LINK_TOKEN, '$1[redacted]')
      .replace(API_KEY_HEADER, '$1[redacted]');
    for (const secret of this.secrets) {
      const spellings = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
      for (const spelling of spellings) clean = clean.replaceAll(spelling, '[redacted]');
    }
    return clean;
  }
}

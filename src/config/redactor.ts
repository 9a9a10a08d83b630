import { spellingsOf } from './secret-spellings.rules.js';

const GONE = '[redacted]';
/** A shorter secret may be an ordinary word, and would be found where it is no secret. */
export const SHORTEST_TOLD = 8;

/** To its end or that of the line: what matches in any case is never searched twice. */
const QUOTED = String.raw`"(?:[^"\\\r\n]|\\.)*"?|'(?:[^'\\\r\n]|\\.)*'?`;

type Rest = string | ((whole: string, name: string, value: string) => string);

/** Quotes stay, so that JSON is JSON afterwards; a list becomes one text. */
const named: Rest = (_whole, name, value) => {
  if (value.startsWith("'")) return `${name}'${GONE}'`;
  const isText = value.startsWith('"') || (value.startsWith('[') && !value.startsWith(GONE));
  return isText ? `${name}"${GONE}"` : name + GONE;
};

function header(name: string): RegExp {
  const value = String.raw`(\[(?!redacted)[^\]]*\]?|${QUOTED}|[^\r\n"'\\]+)`;
  return new RegExp(String.raw`(\b${name}["']?\s*[:=]\s*)${value}`, 'gi');
}

/** What secrets look like where nobody told of them, and what is left in their place. */
const FORMS: readonly (readonly [RegExp, Rest])[] = [
  // From the first character past the prefix on, which lists and the audit trail show.
  [/oju_[A-Za-z0-9_-]{9,}/g, `oju_${GONE}`],
  // Of a webhook.
  [/whsec_[A-Za-z0-9+/]{9,}=*/g, `whsec_${GONE}`],
  // Of a one-time link: whoever has it gets in.
  [/(\/(?:invite|reset)\/)[A-Za-z0-9_-]{16,}/g, `$1${GONE}`],
  [/(x-apikey["']?\s*[:=]\s*["']?)[0-9a-f]+/gi, `$1${GONE}`],
  // `scheme://user:password@host`
  [/(:\/\/[^\s/?#:@"'<>\\]*):[^\s/?#"'<>\\]+@/gi, `$1:${GONE}@`],
  [header('(?:proxy-)?authorization'), named],
  [header('(?:set-)?cookie'), named],
  [/\bBearer +(?!\[redacted\])[\w.~+/-]{8,}=*/g, `Bearer ${GONE}`],
  // A signed session id, as the cookie has it.
  [/\bs(?::|%3A)[\w-]{16,}\.[\w%+/=-]{20,}/gi, GONE],
  // A JSON Web Token.
  [/\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g, GONE],
  // Of OAuth, in queries and forms; a short `code` is that of an error.
  [/((?:^|[?&\s"'])(?:code|state|nonce|session_state)=)[^&\s"'#\\]{16,}/g, `$1${GONE}`],
  [
    /((?:^|[?&\s"'])(?:client_secret|code_verifier|(?:access|refresh|id)_token|password|_csrf)=)[^&\s"'#\\]+/gi,
    `$1${GONE}`,
  ],
  [
    new RegExp(
      String.raw`(\b(?:client_?secret|code_?verifier|(?:access|refresh|id)_?token|password|passphrase|session_?id|_csrf)["']?\s*:\s*)(${QUOTED})`,
      'gi',
    ),
    named,
  ],
];

/**
 * Takes secrets out of text: the ones it was told of in every spelling, and whatever has the form
 * of one: API tokens, passwords in addresses, Authorization and Cookie headers, session cookies,
 * codes and tokens of OpenID Connect. The one place for logs, stored errors and the audit trail.
 */
export class Redactor {
  private readonly secrets = new Set<string>();
  private told: RegExp | null = null;

  /**
   * From now on `secret` is taken out wherever it appears, in the clear or encoded. One of fewer than
   * eight characters is not: it may be a word, such as `admin`, that belongs where it is found.
   */
  protect(secret: string): void {
    if (secret.length < SHORTEST_TOLD || this.secrets.has(secret) || GONE.includes(secret)) return;
    this.secrets.add(secret);
    const spellings = [...this.secrets].flatMap(spellingsOf);
    spellings.sort((a, b) => b.length - a.length);
    this.told = new RegExp(spellings.map(literal).join('|'), 'g');
  }

  redact(text: string): string {
    // The told ones first: a form may end in the middle of one.
    let clean = this.told ? text.replace(this.told, GONE) : text;
    for (const [form, rest] of FORMS) clean = clean.replace(form, rest as string);
    return clean;
  }
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

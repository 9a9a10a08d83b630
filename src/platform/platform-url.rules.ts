import type { StringKey } from '../web/strings/string-key.js';
import { hostComplaint } from './platform-host.rules.js';
import { looksLikeItCarriesASecret } from './platform-url-secret.rules.js';

/** The longest URL, as typed and in its normal form, in characters. */
export const MAX_URL_LENGTH = 2048;

/** A URL that may be monitored. */
export interface PlatformUrl {
  /** As typed, but for white space at the ends. */
  url: string;
  /** The normal form, ASCII: two spellings of one address have the same. */
  urlKey: string;
  /** In lower case and punycode, without the port. */
  host: string;
  /** What whoever adds it should think about first. */
  warning: StringKey | null;
}

/** Why a URL cannot be monitored, in words that say what the field takes. */
export interface PlatformUrlComplaint {
  complaint: StringKey;
}

/** Joiners make up words and emoji; every other invisible character can only mislead a reader. */
const UNWELCOME = /[\s\p{Cc}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/u;
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const WEB_SCHEME = /^https?:\/\//i;
/** From the slashes to what ends it; the parser would take a backslash for a slash. */
const AUTHORITY = /^[^:]*:\/\/([^/?#\\]*)/;

/**
 * Reads what somebody typed as the URL of a platform: http or https, no credentials, a host that
 * VirusTotal can reach. The normal form has scheme and host in lower case and punycode, no final dot
 * on the host, no default port, no fragment and `/` for an empty path; path and query stay.
 */
export function parsePlatformUrl(text: string): PlatformUrl | PlatformUrlComplaint {
  const url = text.trim();
  const complaint = spellingComplaint(url);
  if (complaint) return { complaint };
  const parsed = parse(url);
  if (!parsed) return { complaint: 'platform.error.urlForm' };
  const host = parsed.hostname.replace(/\.$/, '');
  const unreachable = hostComplaint(host);
  if (unreachable) return { complaint: unreachable };
  const urlKey = normalForm(parsed, host);
  if (urlKey.length > MAX_URL_LENGTH) return { complaint: 'platform.error.urlLength' };
  const warning = looksLikeItCarriesASecret(parsed.searchParams)
    ? 'platform.warning.urlSecret'
    : null;
  return { url, urlKey, host, warning };
}

/** Not URL.canParse: on Node 20 it refuses valid international hosts after some thousand calls. */
function parse(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}

/** What can be said before parsing, which drops or mends much of it in silence. */
function spellingComplaint(url: string): StringKey | null {
  if (url === '') return 'platform.error.urlEmpty';
  if (url.length > MAX_URL_LENGTH) return 'platform.error.urlLength';
  if (UNWELCOME.test(url)) return 'platform.error.urlSpace';
  if (!SCHEME.test(url)) return 'platform.error.urlNoScheme';
  if (!WEB_SCHEME.test(url)) return 'platform.error.urlScheme';
  const authority = AUTHORITY.exec(url)?.[1] ?? '';
  if (authority.includes('@')) return 'platform.error.urlCredentials';
  if (authority === '' || beforeQuery(url).includes('\\')) return 'platform.error.urlForm';
  return null;
}

function beforeQuery(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? '';
}

function normalForm({ protocol, port, pathname, search }: URL, host: string): string {
  return `${protocol}//${host}${port === '' ? '' : `:${port}`}${pathname}${search}`;
}

import { createHash } from 'node:crypto';

/** VirusTotal's own algorithm is not published; these top-level names it could never resolve. */
const UNKNOWN_TOP_LEVEL = new Set(['invalid', 'localhost', 'local', 'internal']);

/**
 * The canonical form of a URL, or null where VirusTotal answers `Unable to canonicalize url`.
 * An assumption (VIRUSTOTAL.md section 7, "Canonical URL"): scheme and host in lower case, host in
 * punycode, no fragment, no default port, `/` for an empty path, `%XX` in upper case, unreserved
 * characters unescaped. Path and query keep their case and order. Without a scheme: `http://`.
 */
export function canonicaliseUrl(submitted: string): string | null {
  const text = submitted.trim();
  if (text === '' || /\s/.test(text)) return null;
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : addScheme(text);
  const url = withScheme === null ? null : parse(withScheme);
  if (!url) return null;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  if (!isResolvable(url.hostname)) return null;
  url.hash = '';
  const credentials = url.username === '' ? '' : `${url.username}:${url.password}@`;
  return `${url.protocol}//${credentials}${url.host}${normaliseEscapes(url.pathname + url.search)}`;
}

/** Not URL.canParse: on Node 20 it refuses valid international hosts after some thousand calls. */
function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** VirusTotal's id of a URL: the SHA-256 of its canonical form, 64 hexadecimal digits. */
export function urlIdOf(canonicalUrl: string): string {
  return createHash('sha256').update(canonicalUrl).digest('hex');
}

/**
 * The URL id that the `{id}` of a `/urls/{id}` path means: a SHA-256, or the URL in the base64
 * alphabet of URLs without padding; null for anything else.
 */
export function urlIdFromPath(id: string): string | null {
  if (/^[0-9a-f]{64}$/i.test(id)) return id.toLowerCase();
  if (!/^[A-Za-z0-9_-]+$/.test(id)) return null;
  const canonical = canonicaliseUrl(Buffer.from(id, 'base64url').toString('utf8'));
  return canonical === null ? null : urlIdOf(canonical);
}

function addScheme(text: string): string | null {
  // `mailto:x` has a scheme, `example.com:8080` a port.
  return /^[a-z][a-z0-9+-]*:(?!\d)/i.test(text) ? null : `http://${text}`;
}

function isResolvable(hostname: string): boolean {
  if (hostname.startsWith('[')) return true;
  if (/^\d+(\.\d+){3}$/.test(hostname)) return true;
  const labels = hostname.replace(/\.$/, '').split('.');
  const topLevel = labels.at(-1) ?? '';
  return (
    labels.length > 1 &&
    labels.every((label) => label !== '') &&
    /^([a-z]{2,}|xn--[a-z0-9-]+)$/.test(topLevel) &&
    !UNKNOWN_TOP_LEVEL.has(topLevel)
  );
}

function normaliseEscapes(pathAndQuery: string): string {
  return pathAndQuery.replace(/%([0-9a-f]{2})/gi, (escape, hex: string) => {
    const character = String.fromCharCode(parseInt(hex, 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : escape.toUpperCase();
  });
}

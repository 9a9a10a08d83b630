const LONGEST_PATH = 2000;

/**
 * Where to send someone after signing in: `target` itself if it can only be a path of this site,
 * else null. A browser reads `//host`, `/\host` and (it drops tabs and line ends) `/<tab>/host` as
 * addresses of another site.
 */
export function localPath(target: unknown): string | null {
  if (typeof target !== 'string' || target.length > LONGEST_PATH) return null;
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(target) && !target.includes('\\') ? target : null;
}

/** The token of an `Authorization: Bearer …` header, or null when the header is of another form. */
export function bearerToken(header: string | undefined): string | null {
  return /^Bearer +([^\s]+) *$/i.exec(header ?? '')?.[1] ?? null;
}

/** A mail address as it is kept and compared. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}

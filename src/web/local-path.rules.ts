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

/**
 * The page of this site that a form was sent from, as far as a browser says so, else null.
 * @param from its headers Referer and Host
 */
export function refererPath({ referer, host }: { referer?: string; host?: string }): string | null {
  if (referer === undefined || !URL.canParse(referer)) return null;
  const url = new URL(referer);
  return url.host === host ? localPath(`${url.pathname}${url.search}`) : null;
}

import type { CookieOptions, Request, Response } from 'express';

/** How pages look: as the system has it, or as chosen. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const COOKIE = 'oju_theme';
const YEAR_MS = 365 * 24 * 3_600_000;
const CHOSEN = new RegExp(`(?:^|;\\s*)${COOKIE}=(light|dark)(?:;|$)`);

/** What this browser chose; a cookie, so that the first byte of a page has it and nothing flashes. */
export function themeOf(request: Request): Theme {
  return (CHOSEN.exec(request.headers.cookie ?? '')?.[1] ?? 'system') as Theme;
}

/** Has this browser's pages look like that for a year. */
export function chooseTheme(response: Response, theme: Theme, isHttps: boolean): void {
  const options: CookieOptions = { path: '/', httpOnly: true, sameSite: 'lax', secure: isHttps };
  if (theme === 'system') response.clearCookie(COOKIE, options);
  else response.cookie(COOKIE, theme, { ...options, maxAge: YEAR_MS });
}

import type { NextFunction, Request, Response } from 'express';
import { AsyncLocalStorage } from 'node:async_hooks';
import { type Language, LANGUAGES } from './language.js';
import { isJsonRoute } from './request.js';

/** Who reads what is written at the moment. */
export interface Reader {
  language: Language;
  /** By its IANA name. */
  timeZone: string;
}

/** Whoever reads logs, the `oju` command and the JSON API. */
const PLAIN_READER: Reader = { language: 'en', timeZone: 'UTC' };

/** Asked when it is needed: who signs in, or changes the profile, reads on in another language. */
const readers = new AsyncLocalStorage<() => Reader>();

/** Who reads what the code at hand writes: of a page whoever asked for it, else the plain reader. */
export function currentReader(): Reader {
  return readers.getStore()?.() ?? PLAIN_READER;
}

/** Does `work` for whoever made the request. */
export function forReaderOf<T>(request: Request, work: () => T): T {
  return readers.run(() => readerOf(request), work);
}

/**
 * Does `work` for somebody who asked for nothing just now, such as whoever gets a mail.
 * @param chosen what they chose, null where they did not; without it the plain reader
 */
export function writeFor<T>(
  chosen: { language: Language | null; timeZone: string | null } | null,
  work: () => T,
): T {
  const reader = {
    language: chosen?.language ?? PLAIN_READER.language,
    timeZone: chosen?.timeZone ?? PLAIN_READER.timeZone,
  };
  return readers.run(() => reader, work);
}

/** Middleware: what comes after it writes for whoever made the request. */
export function readerOfRequest(request: Request, _response: Response, next: NextFunction): void {
  forReaderOf(request, next);
}

/** Middleware for pages: a cache may not show one browser's language to another. */
export function varyByLanguage(_request: Request, response: Response, next: NextFunction): void {
  response.vary('Accept-Language');
  next();
}

/**
 * The choice of the profile, else of the browser. Programs read the JSON API, whatever the
 * language of the machine that they run on.
 */
function readerOf(request: Request): Reader {
  if (isJsonRoute(request) && request.actor?.kind !== 'user') return PLAIN_READER;
  const { language, timeZone } = request.profile ?? {};
  return {
    language: language ?? acceptedLanguage(request),
    timeZone: timeZone ?? PLAIN_READER.timeZone,
  };
}

function acceptedLanguage(request: Request): Language {
  const accepted = request.acceptsLanguages(...LANGUAGES);
  return LANGUAGES.find((language) => language === accepted) ?? PLAIN_READER.language;
}

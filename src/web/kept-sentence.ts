import type { StringKey } from './strings/string-key.js';
import { hasString, translator } from './translator.js';

type Params = Record<string, string | number>;

/** As JSON a column of 1,000 characters holds it; what stands for a placeholder is a host or a number. */
const LONGEST = 1000;

/**
 * A sentence of the language file as a row keeps it, to be read later in whatever language; at most
 * 1,000 characters.
 */
export function keptSentence(key: StringKey, params: Params = {}): string {
  const kept = JSON.stringify({ key, params });
  return kept.length <= LONGEST ? kept : translator('en')(key, params).slice(0, LONGEST);
}

/**
 * Reads a sentence that was kept. What is none, such as the finished text that earlier versions
 * kept, is given as it is.
 * @param language whose; without it that of whoever reads
 */
export function readSentence(kept: string, language?: string): string;
export function readSentence(kept: string | null, language?: string): string | null;
export function readSentence(kept: string | null, language?: string): string | null {
  if (kept === null) return null;
  const { key, params } = partsOf(kept);
  return typeof key === 'string' && hasString(key) ? translator(language)(key, params) : kept;
}

function partsOf(kept: string): { key?: unknown; params?: Params } {
  if (!kept.startsWith('{"key":')) return {};
  try {
    return JSON.parse(kept) as { key?: unknown; params?: Params };
  } catch {
    return {};
  }
}

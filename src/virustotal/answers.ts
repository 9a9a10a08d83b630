import { VirusTotalError } from './virustotal-error.js';

/** What one engine says of a URL. */
export interface EngineVerdict {
  engine: string;
  /** `harmless`, `undetected`, `malicious`, `suspicious`, `timeout`, or what VirusTotal adds. */
  category: string;
  /** Free text of the engine; decide on the category alone. */
  result: string | null;
  method: string | null;
}

/** A result that was left out, and why. */
interface DroppedResult {
  /** The engine's name, cut to 80 printable characters. */
  engine: string;
  reason: 'engine_name' | 'shape';
}

/** An accepted submission. */
export interface Submission {
  analysisId: string;
  /** VirusTotal's own id of the URL, where the analysis id carries it. */
  urlId: string | null;
}

/** An analysis, or the latest report of a URL in the same form. */
export interface Analysis {
  isCompleted: boolean;
  /** When VirusTotal analysed, or null where it does not say. */
  date: Date | null;
  urlId: string | null;
  verdicts: EngineVerdict[];
  dropped: DroppedResult[];
}

/** One quota of the key. */
export interface Quota {
  allowed: number;
  used: number;
}

/** The quotas that bound Oju; null where VirusTotal does not tell. */
export interface Quotas {
  daily: Quota | null;
  monthly: Quota | null;
}

type Json = Record<string, unknown>;

const EXCERPT_BYTES = 16 * 1024;
const MAX_ENGINE_NAME = 255;
const MAX_CATEGORY = 64;
const MAX_RESULT = 1000;
const MAX_METHOD = 64;
const SHA256 = /^[0-9a-f]{64}$/;
// A URL's analysis id is `u-<sha256 of the canonical URL>-<unix seconds>` (VIRUSTOTAL.md 3).
const URL_ANALYSIS_ID = /^u-([0-9a-f]{64})-\d{9,11}$/;
// VirusTotal's ids of analyses are base64 or of the form above; anything else could not be sent back.
const ANALYSIS_ID = /^[\x21-\x7e]{1,255}$/;
// The last instant that every database takes, unix seconds: the end of the year 9999.
const LAST_INSTANT = 253_402_300_799;
// eslint-disable-next-line no-control-regex -- finding control characters is what it is for
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/;

/** @throws VirusTotalError `unexpected_shape` */
export function parseSubmission(body: unknown): Submission {
  const id = objectAt(body, 'data')?.id;
  if (typeof id !== 'string' || !ANALYSIS_ID.test(id)) throw unexpected('data.id', body);
  return { analysisId: id, urlId: URL_ANALYSIS_ID.exec(id)?.[1] ?? null };
}

/** @throws VirusTotalError `unexpected_shape` */
export function parseAnalysis(body: unknown): Analysis {
  const data = objectAt(body, 'data');
  const attributes = objectAt(data, 'attributes');
  const status = attributes?.status;
  if (!attributes || typeof status !== 'string') throw unexpected('data.attributes.status', body);
  const isCompleted = status === 'completed';
  const id = typeof data?.id === 'string' ? data.id : '';
  const info = objectAt(objectAt(body, 'meta'), 'url_info');
  return {
    isCompleted,
    date: instant(attributes.date),
    urlId: sha256(info?.id) ?? URL_ANALYSIS_ID.exec(id)?.[1] ?? null,
    // Partial results are never judged, so they are not even read.
    ...(isCompleted ? parseResults(attributes.results, body) : { verdicts: [], dropped: [] }),
  };
}

/** The latest report of a URL. @throws VirusTotalError `unexpected_shape` */
export function parseUrlReport(body: unknown): Analysis {
  const data = objectAt(body, 'data');
  const attributes = objectAt(data, 'attributes');
  if (!attributes) throw unexpected('data.attributes', body);
  return {
    isCompleted: true,
    date: instant(attributes.last_analysis_date),
    urlId: sha256(data?.id),
    ...parseResults(attributes.last_analysis_results, body),
  };
}

/** The answer of /users/{id}/overall_quotas. @throws VirusTotalError `unexpected_shape` */
export function parseQuotas(body: unknown): Quotas {
  const data = objectAt(body, 'data');
  if (!data) throw unexpected('data', body);
  return {
    daily: tighterQuota(objectAt(data, 'api_requests_daily')),
    monthly: tighterQuota(objectAt(data, 'api_requests_monthly')),
  };
}

function parseResults(
  results: unknown,
  body: unknown,
): { verdicts: EngineVerdict[]; dropped: DroppedResult[] } {
  if (!isObject(results)) throw unexpected('results', body);
  const verdicts: EngineVerdict[] = [];
  const dropped: DroppedResult[] = [];
  for (const [engine, entry] of Object.entries(results)) {
    if (!isUsableName(engine)) {
      dropped.push({ engine: printable(engine), reason: 'engine_name' });
    } else if (!isObject(entry) || typeof entry.category !== 'string' || entry.category === '') {
      dropped.push({ engine: printable(engine), reason: 'shape' });
    } else {
      verdicts.push({
        engine,
        category: cut(entry.category.toWellFormed(), MAX_CATEGORY),
        result: optionalText(entry.result, MAX_RESULT),
        method: optionalText(entry.method, MAX_METHOD),
      });
    }
  }
  // A few odd results must not cost the rest; an answer that is odd throughout is of another shape.
  if (verdicts.length === 0 && dropped.length > 0) throw unexpected('results', body);
  return { verdicts, dropped };
}

/**
 * Engine names are compared byte for byte, so that one with white space at its ends, which MySQL
 * would pad away, or with half a surrogate pair, which no database keeps, cannot be one of them.
 */
function isUsableName(name: string): boolean {
  return (
    name !== '' &&
    name.length <= MAX_ENGINE_NAME &&
    name.trim() === name &&
    name.isWellFormed() &&
    !CONTROL_CHARACTER.test(name)
  );
}

function printable(name: string): string {
  return name.slice(0, 80).replace(new RegExp(CONTROL_CHARACTER, 'g'), '\uFFFD').toWellFormed();
}

function optionalText(value: unknown, limit: number): string | null {
  return typeof value === 'string' ? cut(value.toWellFormed(), limit) : null;
}

/** Cuts by code points, so that no pair of surrogates is halved. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // No code point takes more than two units, so more of a text of megabytes need not be looked at.
  return Array.from(text.slice(0, 2 * limit))
    .slice(0, limit)
    .join('');
}

/** A member of a group is bound by both quotas; the one with less left is the one that counts. */
function tighterQuota(entry: Json | null): Quota | null {
  const quotas = ['user', 'group']
    .map((owner) => objectAt(entry, owner))
    .filter((quota): quota is Json => quota !== null)
    .map(({ allowed, used }) => ({ allowed, used }))
    .filter((quota): quota is Quota => isCount(quota.allowed) && isCount(quota.used));
  const left = (quota: Quota) => quota.allowed - quota.used;
  return quotas.reduce<Quota | null>(
    (tightest, quota) => (tightest && left(tightest) <= left(quota) ? tightest : quota),
    null,
  );
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function instant(seconds: unknown): Date | null {
  return isCount(seconds) && seconds <= LAST_INSTANT ? new Date(seconds * 1000) : null;
}

function sha256(value: unknown): string | null {
  return typeof value === 'string' && SHA256.test(value) ? value : null;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectAt(parent: unknown, name: string): Json | null {
  if (!isObject(parent) || !Object.hasOwn(parent, name)) return null;
  const value = parent[name];
  return isObject(value) ? value : null;
}

function unexpected(what: string, body: unknown): VirusTotalError {
  return new VirusTotalError('unexpected_shape', {
    reason: `The answer has no usable ${what}`,
    excerpt: excerpt(asText(body)),
  });
}

/** JSON.parse takes any depth, JSON.stringify does not: a body too deep to write has no text. */
function asText(body: unknown): string | undefined {
  try {
    return JSON.stringify(body);
  } catch {
    return undefined;
  }
}

/** The first 16 KB of a text, as UTF-8. */
export function excerpt(text: string | undefined): string {
  const bytes = Buffer.from(text ?? '', 'utf8');
  // A cut in the middle of a character leaves a replacement character, which is longer.
  return bytes.subarray(0, EXCERPT_BYTES - 3).toString('utf8');
}

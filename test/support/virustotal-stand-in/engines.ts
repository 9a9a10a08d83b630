import { createHash } from 'node:crypto';

/** What one engine says, as it stands in `results` under the engine's name. */
export interface EngineResult {
  category: string;
  engine_name: string;
  method: string;
  result: string | null;
}

/** One engine's verdict in a scripted scan. */
interface ScriptedVerdict {
  engine: string;
  category: string;
  result: string | null;
  /** Default `blacklist`, the only one ever recorded. */
  method?: string;
}

/** How one scan of a URL ends; what it leaves out stays as by default. */
export interface ScanScript {
  /** In place of the default verdicts of these engines; an engine not in the set is added. */
  verdicts?: readonly ScriptedVerdict[];
  omitEngines?: readonly string[];
  /** Only these engines answer, beside those in `verdicts`. */
  onlyEngines?: readonly string[];
  /** The whole `results` as it is to be sent, whatever its shape; nothing else then applies. */
  results?: unknown;
  /** In place of the stats counted from the results, whatever its shape. */
  stats?: unknown;
  /** More attributes of the URL report, or others in place of the usual ones. */
  attributes?: Record<string, unknown>;
  /** Virtual seconds from submission to completion. */
  durationSec?: number;
  /** The analysis stays queued for ever. */
  never?: boolean;
  /** The submission is answered 400 InvalidArgumentError with this message. */
  refuse?: string;
}

/** One scan of a URL: a script, or just its verdicts. */
export type UrlScript = readonly ScriptedVerdict[] | ScanScript;

/** The five stats of a URL report; a category beside them is counted nowhere. */
export interface AnalysisStats {
  malicious: number;
  suspicious: number;
  undetected: number;
  harmless: number;
  timeout: number;
}

/** The share of the engines that say `clean` by default; the others say `unrated`. */
const CLEAN_SHARE = 0.7;

/** The results of a scan in which each of `engines` gives its default verdict, but for the script. */
export function resultsOf(engines: readonly string[], script: ScanScript): unknown {
  if (script.results !== undefined) return script.results;
  const omitted = new Set(script.omitEngines);
  const only = script.onlyEngines === undefined ? null : new Set(script.onlyEngines);
  const results = new Map<string, EngineResult>();
  for (const engine of engines) {
    if (only === null || only.has(engine)) results.set(engine, defaultResult(engine));
  }
  for (const { engine, category, result, method } of script.verdicts ?? []) {
    const engineResult = { category, engine_name: engine, method: method ?? 'blacklist', result };
    results.set(engine, engineResult);
  }
  // fromEntries, since an assignment to `__proto__` would lose an engine of that name.
  return Object.fromEntries([...results].filter(([engine]) => !omitted.has(engine)));
}

/** The script behind either way to write it. */
export function scanScriptOf(script: UrlScript): ScanScript {
  return isVerdicts(script) ? { verdicts: script } : script;
}

/** Counts results by category; what is no result is skipped. */
export function statsOf(results: unknown): AnalysisStats {
  const stats = { malicious: 0, suspicious: 0, undetected: 0, harmless: 0, timeout: 0 };
  if (typeof results !== 'object' || results === null) return stats;
  for (const result of Object.values(results) as unknown[]) {
    const category = categoryOf(result);
    if (category !== null && isCounted(category)) stats[category] += 1;
  }
  return stats;
}

/** The first `share` (0 to 1) of the results, in an order that the engines' names decide. */
export function partOf(results: unknown, share: number): unknown {
  if (typeof results !== 'object' || results === null || Array.isArray(results)) return results;
  const entries = Object.entries(results) as [string, unknown][];
  entries.sort(([a], [b]) => fractionOf(`order ${a}`) - fractionOf(`order ${b}`));
  return Object.fromEntries(entries.slice(0, Math.floor(share * entries.length)));
}

function defaultResult(engine: string): EngineResult {
  const clean = fractionOf(engine) < CLEAN_SHARE;
  return {
    category: clean ? 'harmless' : 'undetected',
    engine_name: engine,
    method: 'blacklist',
    result: clean ? 'clean' : 'unrated',
  };
}

const fractions = new Map<string, number>();

/** A number from 0 up to, not including, 1 that a text always gives again. */
function fractionOf(text: string): number {
  // Kept, since every poll of a running analysis asks for that of every engine.
  const kept = fractions.get(text);
  if (kept !== undefined) return kept;
  const fraction = createHash('sha256').update(text).digest().readUInt32BE(0) / 4_294_967_296;
  fractions.set(text, fraction);
  return fraction;
}

function categoryOf(result: unknown): string | null {
  if (typeof result !== 'object' || result === null || !('category' in result)) return null;
  return typeof result.category === 'string' ? result.category : null;
}

function isCounted(category: string): category is keyof AnalysisStats {
  return ['malicious', 'suspicious', 'undetected', 'harmless', 'timeout'].includes(category);
}

function isVerdicts(script: UrlScript): script is readonly ScriptedVerdict[] {
  return Array.isArray(script);
}

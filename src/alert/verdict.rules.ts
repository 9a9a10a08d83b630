/** A verdict as the rules need it. `engine` is any key that tells engines apart. */
export interface Verdict {
  engine: number;
  category: string;
  result: string | null;
  method: string | null;
}

/** How the answers of one analysis add up; recounted, never taken from VirusTotal's own sums. */
export interface VerdictCounts {
  malicious: number;
  suspicious: number;
  harmless: number;
  undetected: number;
  /** Timed out, failed, or said something unknown: none of it raises or clears. */
  unanswered: number;
}

/** The categories that are detections. */
export const FLAGGING_CATEGORIES = ['malicious', 'suspicious'];

const FLAGGING = new Set(FLAGGING_CATEGORIES);
const CLEARING = new Set(['harmless', 'undetected']);

/** So many engines must answer before their silence means anything. */
const CONCLUSIVE_ENGINES = 20;

/** True for the categories that are detections. Decides on the category, never on free text. */
export function isFlagging(category: string): boolean {
  return FLAGGING.has(category);
}

/** True for the categories that clear the same engine's earlier detection. */
export function isClearing(category: string): boolean {
  return CLEARING.has(category);
}

/** True for the categories by which an engine answers at all. */
export function isAnswer(category: string): boolean {
  return isFlagging(category) || isClearing(category);
}

/**
 * Whether a verdict speaks for an engine rather than one of an older name of it: the newest name of
 * those that answer does.
 */
export function doesSpeak(
  newer: { category: string },
  older: { category: string } | null | undefined,
): boolean {
  return !older || isAnswer(newer.category) || !isAnswer(older.category);
}

/** Counts verdicts by category. */
export function countVerdicts(verdicts: readonly { category: string }[]): VerdictCounts {
  const counts = { malicious: 0, suspicious: 0, harmless: 0, undetected: 0, unanswered: 0 };
  for (const { category } of verdicts) {
    if (category === 'malicious') counts.malicious += 1;
    else if (category === 'suspicious') counts.suspicious += 1;
    else if (category === 'harmless') counts.harmless += 1;
    else if (category === 'undetected') counts.undetected += 1;
    else counts.unanswered += 1;
  }
  return counts;
}

/** How many engines said anything that counts. */
export function answeredEngines(counts: VerdictCounts): number {
  return counts.malicious + counts.suspicious + counts.harmless + counts.undetected;
}

/**
 * Whether the answers suffice to clear anything: at least 20 engines, and at least half as many as
 * in the platform's last conclusive scan.
 * @param lastConclusive how many answered there; null if there was none
 */
export function isConclusive(answered: number, lastConclusive: number | null): boolean {
  return answered >= CONCLUSIVE_ENGINES && answered * 2 >= (lastConclusive ?? 0);
}

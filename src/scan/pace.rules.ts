/**
 * When to ask for an analysis, and how long to pause after a fault. Requests are the scarce good:
 * the floor is two a platform, submit and collect, and a look at an unfinished analysis wastes one.
 */

/** First look at an analysis while nothing is known of how long they take, ms. */
export const FIRST_LOOK_MS = 20_000;
const SHORTEST_LOOK_MS = 15_000;
const LONGEST_LOOK_MS = 5 * 60_000;

// A first look that came too early lengthens the next ones by a quarter, one in time shortens them
// by 3 %. They balance where about one first look in eight is too early: dearer than that would be
// to let every analysis lie for as long as the slowest takes.
const TOO_EARLY = 1.25;
const IN_TIME = 0.97;

/** After a look in vain the analysis is left alone until it is this many times as old. */
const AGE_FACTOR = 3;
const LONGEST_PAUSE_MS = 4 * 60_000;

/** An analysis that is not completed so long after its submission is given up, ms. */
export const ANALYSIS_DEADLINE_MS = 15 * 60_000;
/** Looks in vain before that, at the least: a clock that was set forward makes it seem old at once. */
const LOOKS_BEFORE_LATE = 3;

/** So long after a submission VirusTotal may not know the analysis yet, ms. */
export const NOT_FOUND_PATIENCE_MS = 60_000;
const NOT_FOUND_PAUSE_MS = 15_000;

/** Faulty attempts that fail a task, at the least over this span, ms. */
export const FAULTS_TO_FAIL = 4;
export const FAULT_SPAN_MS = 15 * 60_000;

const RETRY_BASE_MS = 15_000;
const RETRY_CEILING_MS = 10 * 60_000;

/** The pause of the whole engine after a fault of our own, and the longest one, ms. */
const OWN_FAULT_BASE_MS = 5_000;
const OWN_FAULT_CEILING_MS = 60_000;

/** Faulty attempts in a row at which the breaker opens. */
export const BREAKER_FAULTS = 5;
const BREAKER_BASE_MS = 60_000;
const BREAKER_CEILING_MS = 30 * 60_000;

/** How long the longest Retry-After that is believed may be, ms. */
const RETRY_AFTER_CEILING_MS = 60 * 60_000;

/** Up to so many requests a minute they are made one after the other. */
const SEQUENCE_UP_TO_PER_MINUTE = 60;
/** Latencies vary: the rate is to hold also while some requests take twice as long as most. */
const LATENCY_ROOM = 2;
const MOST_IN_FLIGHT = 200;

/**
 * No task is put off for longer, ms: the longest pause of all and then its own. One that is due later
 * was put off before the clock was set back.
 */
export const LONGEST_DELAY_MS = RETRY_AFTER_CEILING_MS + RETRY_CEILING_MS;

/**
 * How long a task is to be left alone still.
 * @param dueAt null when it is due at any time
 * @returns ms, 0 when it is due
 */
export function leftUntilDueMs(dueAt: Date | null, now: Date): number {
  const leftMs = (dueAt?.getTime() ?? 0) - now.getTime();
  return leftMs > LONGEST_DELAY_MS ? 0 : Math.max(0, leftMs);
}

/**
 * How many requests may be on their way at once, so that latency does not cap the rate.
 * @param latencyMs how long requests take lately
 * @returns 1 at a public key's rate; else rate times latency, with room, at most 200
 */
export function inFlightBound(perMinute: number, latencyMs: number): number {
  if (perMinute <= SEQUENCE_UP_TO_PER_MINUTE) return 1;
  const needed = Math.ceil((perMinute / 60_000) * latencyMs * LATENCY_ROOM);
  return Math.min(MOST_IN_FLIGHT, Math.max(1, needed));
}

/** The next first look, learned from this one. @returns ms */
export function learnedLookMs(lookMs: number, wasCompleted: boolean): number {
  const next = lookMs * (wasCompleted ? IN_TIME : TOO_EARLY);
  return Math.min(LONGEST_LOOK_MS, Math.max(SHORTEST_LOOK_MS, next));
}

/** How long to leave an analysis of some age alone after a look in vain. @returns ms */
export function nextLookMs(ageMs: number): number {
  const pause = ageMs * (AGE_FACTOR - 1);
  return Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_LOOK_MS, pause));
}

/**
 * Whether an analysis is given up.
 * @param looks in vain so far
 */
export function isLate(ageMs: number, looks: number): boolean {
  return ageMs >= ANALYSIS_DEADLINE_MS && looks >= LOOKS_BEFORE_LATE;
}

/** The next look at an unfinished analysis is at its deadline at the latest. @returns ms */
export function lookAgainMs(ageMs: number): number {
  const leftMs = Math.max(SHORTEST_LOOK_MS, ANALYSIS_DEADLINE_MS - ageMs);
  return Math.min(nextLookMs(ageMs), leftMs);
}

/** How long to wait for an analysis that VirusTotal does not know yet. @returns ms */
export function notFoundPauseMs(): number {
  return NOT_FOUND_PAUSE_MS;
}

/**
 * The pause before a task's next attempt: doubling, with jitter, and never shorter than what
 * VirusTotal asked for.
 * @param faults faulty attempts so far, this one included
 * @param chance 0 (included) to 1 (excluded)
 * @returns ms
 */
export function retryPauseMs(faults: number, chance: number, retryAfterMs?: number): number {
  const ceiling = Math.min(RETRY_CEILING_MS, RETRY_BASE_MS * 2 ** (faults - 1));
  const jittered = ceiling * (0.75 + chance / 4);
  return Math.max(jittered, Math.min(retryAfterMs ?? 0, RETRY_AFTER_CEILING_MS));
}

/**
 * The breaker's pause before its probe: doubling with each probe that failed.
 * @param openings 1 for the first
 * @returns ms
 */
export function breakerPauseMs(openings: number, chance: number): number {
  const ceiling = Math.min(BREAKER_CEILING_MS, BREAKER_BASE_MS * 2 ** (openings - 1));
  return ceiling * (0.75 + chance / 4);
}

/**
 * The pause after a quota refusal that neither the day's nor the month's quota explains.
 * @param refusals in a row, this one included
 * @returns ms
 */
export function quotaPauseMs(refusals: number, retryAfterMs?: number): number {
  const doubling = Math.min(RETRY_AFTER_CEILING_MS, 60_000 * 2 ** (refusals - 1));
  return Math.max(doubling, Math.min(retryAfterMs ?? 0, RETRY_AFTER_CEILING_MS));
}

/** A task's faulty attempts in a row. Only a row of the service's faults has a beginning. */
export interface FaultRow {
  faults: number;
  firstFaultAt: Date | null;
}

/** The service's faults in a row with one more; after some of our own it is the first. */
export function serviceFaults({ faults, firstFaultAt }: FaultRow): number {
  return firstFaultAt === null ? 1 : faults + 1;
}

/** Our own faults in a row with one more; after some of the service it is the first. */
export function ownFaults({ faults, firstFaultAt }: FaultRow): number {
  return firstFaultAt === null ? faults + 1 : 1;
}

/**
 * How long the engine does nothing after a fault of our own, such as a database that is gone:
 * doubling, so that one which goes on costs ever fewer requests.
 * @param faults jobs in a row that such a fault ended, this one included
 * @returns ms
 */
export function ownFaultPauseMs(faults: number): number {
  return Math.min(OWN_FAULT_CEILING_MS, OWN_FAULT_BASE_MS * 2 ** (faults - 1));
}

/** Whether a task had its share of faulty attempts of the service: enough, over long enough. */
export function areFaultsEnough(faults: number, firstFaultMs: number, nowMs: number): boolean {
  return faults >= FAULTS_TO_FAIL && nowMs - firstFaultMs >= FAULT_SPAN_MS;
}

/**
 * Whether the service worked for another platform since a task's first fault: one that worked for
 * nobody says nothing of the task.
 * @param lastSuccessMs of another platform's request; null when there was none
 */
export function hasWorkedSince(firstFaultMs: number, lastSuccessMs: number | null): boolean {
  return lastSuccessMs !== null && lastSuccessMs > firstFaultMs;
}

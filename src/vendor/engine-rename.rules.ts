import { type Gap, isSilent } from './engine-silence.rules.js';
import { nearMisses } from './near-miss.rules.js';

/** An engine as far as its coming and going is concerned. */
export interface SeenEngine {
  id: number;
  name: string;
  firstSeenAt: Date;
  lastSeenAt: Date;
  renamedToId: number | null;
}

/** An engine that likely goes on under another name. */
export interface LikelyRename<E extends SeenEngine> {
  from: E;
  to: E;
}

const DAY_MS = 86_400_000;
/** A name that is out of the answers for so long may have been replaced. */
const OUT_MS = DAY_MS;
/** Between the last answer with the old name and the first with the new; some come interleaved. */
const SOONEST_MS = -2 * DAY_MS;
const LATEST_MS = 45 * DAY_MS;

/** Words that tell nothing of whose engine it is. */
const GENERIC = new Set(
  `antivirus army checker cloud cyber data database domain engine external group guard hunt internet
  intelligence labs list malware networks online phishing protection sample scan scanner search
  security site threat threats tracker verdict virus webguard`.split(/\s+/),
);

/**
 * The engines not seen for 30 days, those gone longest first. Measured from the latest answer that
 * any engine was in, not from now, and without the gaps: while nothing is scanned nobody is gone.
 * @param gaps in which no engine answered
 */
export function goneEngines<E extends SeenEngine>(
  engines: readonly E[],
  gaps: readonly Gap[] = [],
): E[] {
  const latest = new Date(latestSeen(engines));
  return engines
    .filter(({ lastSeenAt }) => isSilent(lastSeenAt, { latest, gaps }))
    .sort((a, b) => a.lastSeenAt.getTime() - b.lastSeenAt.getTime());
}

/** The engines that are out of the answers for a day or more: what may have been renamed. */
export function outEngines<E extends SeenEngine>(engines: readonly E[]): E[] {
  const latest = latestSeen(engines);
  return engines.filter(({ lastSeenAt }) => latest - lastSeenAt.getTime() > OUT_MS);
}

/**
 * Engines that went when a new one came whose name is similar: a near miss, another known name, or
 * a telling word in common (`AICC (MONITORAPP)`, `AILabs (MONITORAPP)`). For people to confirm.
 */
export function likelyRenames<E extends SeenEngine>(engines: readonly E[]): LikelyRename<E>[] {
  const own = engines.filter(({ renamedToId }) => renamedToId === null);
  const out = new Set(outEngines(engines));
  return own
    .filter((from) => out.has(from))
    .flatMap((from) =>
      own
        .filter((to) => to.id !== from.id && cameWhenItWent(from, to) && isSimilar(from, to))
        .map((to) => ({ from, to })),
    );
}

function cameWhenItWent(from: SeenEngine, to: SeenEngine): boolean {
  const gapMs = to.firstSeenAt.getTime() - from.lastSeenAt.getTime();
  return (
    gapMs >= SOONEST_MS &&
    gapMs <= LATEST_MS &&
    to.firstSeenAt > from.firstSeenAt &&
    to.lastSeenAt > from.lastSeenAt
  );
}

function isSimilar({ name: from }: SeenEngine, { name: to }: SeenEngine): boolean {
  if (nearMisses(from, [to]).length > 0) return true;
  const words = wordsOf(to);
  return [...wordsOf(from)].some((word) => words.has(word));
}

function wordsOf(name: string): Set<string> {
  const words = name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return new Set(words.filter((word) => word.length >= 4 && !GENERIC.has(word)));
}

function latestSeen(engines: readonly SeenEngine[]): number {
  return engines.reduce((latest, { lastSeenAt }) => Math.max(latest, lastSeenAt.getTime()), 0);
}

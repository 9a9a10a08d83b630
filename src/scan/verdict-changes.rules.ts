import { doesSpeak, isAnswer, isClearing, isFlagging } from '../alert/verdict.rules.js';

/** What an engine said, as far as people compare it. */
export interface Said {
  category: string;
  result: string | null;
}

/** An engine's verdict from one completed task of a platform to another. */
export interface VerdictSpan extends Said {
  engine: string;
  fromTaskId: number;
  /** Null while it is the present one. */
  lastTaskId: number | null;
}

/**
 * What a change means. `cleared` is said of a scan alone that clears a flag as alerts are judged: a
 * conclusive one in which that very engine takes its flag back. Where it does so in another, or under
 * a name that nobody had confirmed to be its own yet, that is `unconfirmed`. An engine that does not answer, or is gone, clears nothing.
 */
export type ChangeKind =
  'flagged' | 'cleared' | 'unconfirmed' | 'changed' | 'no_answer' | 'answered' | 'gone' | 'new';

/** What one engine said otherwise than in the scan before; null where it said nothing. */
export interface VerdictChange {
  engine: string;
  kind: ChangeKind;
  from: Said | null;
  to: Said | null;
}

/** The tasks after which a flag of an engine stood. */
export type FlagLife = ReadonlySet<number>;

/** Two tasks of one platform, the earlier one first. */
export type TaskPair = readonly [before: number, taskId: number];

/**
 * What engines said otherwise in one task than in an earlier one, flags first, then by engine.
 * @param spans by engine, at least those that begin or end between the two; older names first
 * @param lives of the engines that ever flagged the platform
 */
export function changesBetween(
  [before, taskId]: TaskPair,
  spans: ReadonlyMap<string, readonly VerdictSpan[]>,
  lives: ReadonlyMap<string, FlagLife>,
): VerdictChange[] {
  const changes: VerdictChange[] = [];
  for (const [engine, own] of spans) {
    const [from, to] = [saidAt(before, own), saidAt(taskId, own)];
    const standing = stood(lives.get(engine), before, taskId);
    const isBack = standing === 'stands' && isSame(to, lastFlagOf(before, own));
    const kind = kindOf(from, to, isBack ? 'still' : standing);
    if (kind !== null) changes.push({ engine, kind, from, to });
  }
  return changes.sort((a, b) => inReadingOrder(asRow(a), asRow(b)));
}

/** Spans by their engines. */
export function byEngine<S extends VerdictSpan>(spans: readonly S[]): Map<string, S[]> {
  const groups = new Map<string, S[]>();
  for (const span of spans) {
    const group = groups.get(span.engine);
    if (group) group.push(span);
    else groups.set(span.engine, [span]);
  }
  return groups;
}

/** Flags first, then by the engine's name, byte for byte as on every database. */
export function inReadingOrder(
  a: { engine: string; category: string },
  b: { engine: string; category: string },
): number {
  const flags = Number(isFlagging(b.category)) - Number(isFlagging(a.category));
  if (flags !== 0) return flags;
  if (a.engine === b.engine) return 0;
  return a.engine < b.engine ? -1 : 1;
}

function saidAt(taskId: number, spans: readonly VerdictSpan[]): Said | null {
  let said: VerdictSpan | null = null;
  for (const span of spans) {
    const isThen =
      span.fromTaskId <= taskId && (span.lastTaskId === null || span.lastTaskId >= taskId);
    if (isThen && doesSpeak(span, said)) said = span;
  }
  return said ? { category: said.category, result: said.result } : null;
}

/** The last flag that was raised until a task. */
function lastFlagOf(taskId: number, spans: readonly VerdictSpan[]): Said | null {
  let last: VerdictSpan | null = null;
  for (const span of spans) {
    if (!isFlagging(span.category) || span.fromTaskId > taskId) continue;
    if (last === null || span.fromTaskId >= last.fromTaskId) last = span;
  }
  return last;
}

function isSame(one: Said | null, other: Said | null): boolean {
  return one?.category === other?.category && one?.result === other?.result;
}

/** `still`: it stands, and is told in the very same words. */
type Standing = 'never' | 'stands' | 'still' | 'cleared';

/** Whether a flag stood at the earlier task, and stands no more at the later. */
function stood(life: FlagLife | undefined, before: number, taskId: number): Standing {
  if (!life?.has(before)) return 'never';
  return life.has(taskId) ? 'stands' : 'cleared';
}

function kindOf(from: Said | null, to: Said | null, standing: Standing): ChangeKind | null {
  if (standing === 'cleared' && to !== null && isClearing(to.category)) return 'cleared';
  if (isSame(from, to)) return null;
  if (to === null) return 'gone';
  if (isFlagging(to.category)) {
    if (standing === 'still' && (from === null || !isAnswer(from.category))) return 'answered';
    return from !== null && isFlagging(from.category) ? 'changed' : 'flagged';
  }
  if (!isAnswer(to.category)) {
    return from !== null && !isAnswer(from.category) ? 'changed' : 'no_answer';
  }
  if (standing === 'stands') return 'unconfirmed';
  if (from === null) return 'new';
  return isAnswer(from.category) ? 'changed' : 'answered';
}

function asRow({ engine, to }: VerdictChange): { engine: string; category: string } {
  return { engine, category: to?.category ?? '' };
}

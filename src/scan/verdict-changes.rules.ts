import { isAnswer, isClearing, isFlagging } from '../alert/verdict.rules.js';

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
 * conclusive one in which that very engine takes its flag back. Where it does so in another, that is
 * `unconfirmed`. An engine that does not answer, or is gone, clears nothing.
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

/** A completed task, as far as it judges. */
export interface JudgedTask {
  id: number;
  isConclusive: boolean;
}

/** When an engine's flag stood: after which tasks, and which of them cleared it. */
export interface FlagLife {
  stands: ReadonlySet<number>;
  cleared: ReadonlySet<number>;
}

/** Two tasks of one platform, the earlier one first. */
export type TaskPair = readonly [before: number, taskId: number];

/**
 * How the flags of one engine lived, by the rules that alerts are judged by.
 * @param tasks every completed task of the platform, oldest first
 * @param spans all that the engine ever said of it
 */
export function flagLife(tasks: readonly JudgedTask[], spans: readonly VerdictSpan[]): FlagLife {
  const stands = new Set<number>();
  const cleared = new Set<number>();
  let isStanding = false;
  for (const { id, isConclusive } of tasks) {
    const said = saidAt(id, spans);
    if (said && isFlagging(said.category)) isStanding = true;
    else if (isStanding && isConclusive && said && isClearing(said.category)) {
      isStanding = false;
      cleared.add(id);
    }
    if (isStanding) stands.add(id);
  }
  return { stands, cleared };
}

/**
 * What engines said otherwise in one task than in an earlier one, flags first, then by engine.
 * @param spans by engine, at least those that begin or end between the two
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
export function byEngine(spans: readonly VerdictSpan[]): Map<string, VerdictSpan[]> {
  const groups = new Map<string, VerdictSpan[]>();
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

/** Of several spans the last one speaks: that of the name that the engine has now. */
function saidAt(taskId: number, spans: readonly VerdictSpan[]): Said | null {
  const span = spans.findLast(
    ({ fromTaskId, lastTaskId }) =>
      fromTaskId <= taskId && (lastTaskId === null || lastTaskId >= taskId),
  );
  return span ? { category: span.category, result: span.result } : null;
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
  if (!life?.stands.has(before)) return 'never';
  return life.stands.has(taskId) ? 'stands' : 'cleared';
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

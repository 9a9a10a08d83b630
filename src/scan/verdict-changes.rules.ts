import { isFlagging } from '../alert/verdict.rules.js';

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

/** What one engine said otherwise than in the scan before; null where it said nothing. */
export interface VerdictChange {
  engine: string;
  from: Said | null;
  to: Said | null;
}

/**
 * What each completed task of a platform changed. The platform's very first changes nothing: there
 * is nothing to compare it with.
 * @param taskIds newest first, without a gap; the last one is only what the others compare with
 * @returns the changes by task, flags first, then by engine
 */
export function changesByTask(
  taskIds: readonly number[],
  spans: readonly VerdictSpan[],
): Map<number, VerdictChange[]> {
  const changes = new Map<number, VerdictChange[]>();
  for (const [index, taskId] of taskIds.entries()) {
    const before = taskIds[index + 1];
    if (before !== undefined) changes.set(taskId, changesAt(taskId, before, spans));
  }
  return changes;
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

function changesAt(taskId: number, before: number, spans: readonly VerdictSpan[]): VerdictChange[] {
  const changes = new Map<string, VerdictChange>();
  const changeOf = (engine: string): VerdictChange => {
    const change = changes.get(engine) ?? { engine, from: null, to: null };
    changes.set(engine, change);
    return change;
  };
  for (const { engine, category, result, fromTaskId, lastTaskId } of spans) {
    if (lastTaskId === before) changeOf(engine).from = { category, result };
    if (fromTaskId === taskId) changeOf(engine).to = { category, result };
  }
  return [...changes.values()]
    .filter(({ from, to }) => from?.category !== to?.category || from?.result !== to?.result)
    .sort((a, b) => inReadingOrder(asRow(a), asRow(b)));
}

function asRow({ engine, to }: VerdictChange): { engine: string; category: string } {
  return { engine, category: to?.category ?? '' };
}

import { doesSpeak, isClearing, isFlagging } from '../alert/verdict.rules.js';
import { presentOf, type Renames } from '../vendor/renames.rules.js';
import type { FlagLife, Said, VerdictSpan } from './verdict-changes.rules.js';

/** A completed task, as far as it judges. */
export interface JudgedTask {
  id: number;
  isConclusive: boolean;
}

/** What an engine said of one platform under one of its names. */
export interface EngineName {
  id: number;
  /** Oldest first. */
  spans: readonly VerdictSpan[];
  /** The name that it has since a person confirmed so, after which of the platform's tasks. */
  renamed: { toId: number; afterTaskId: number } | null;
}

const NONE: Renames = new Map();

/**
 * How the flags of one engine lived, by the rules that alerts are judged by: until a rename was
 * confirmed each name was an engine of its own, whose flag no other could clear.
 * @param tasks every completed task of the platform, oldest first
 * @param names all that the engine ever had, the present one last
 */
export function flagLife(tasks: readonly JudgedTask[], names: readonly EngineName[]): FlagLife {
  const walks = names.map((name) => ({ id: name.id, saidAt: walk(name.spans) }));
  const stands = new Set<number>();
  const isRenamed = names.some(({ renamed }) => renamed !== null);
  let flagging = new Set<number>();
  for (const { id: taskId, isConclusive } of tasks) {
    const renames = isRenamed ? renamesBefore(taskId, names) : NONE;
    const said = new Map<number, Said>();
    for (const { id, saidAt } of walks) {
      const verdict = saidAt(taskId);
      const engine = presentOf(id, renames);
      if (verdict && doesSpeak(verdict, said.get(engine))) said.set(engine, verdict);
    }
    if (renames.size > 0) flagging = new Set([...flagging].map((id) => presentOf(id, renames)));
    for (const [engine, { category }] of said) {
      if (isFlagging(category)) flagging.add(engine);
      else if (isConclusive && isClearing(category)) flagging.delete(engine);
    }
    if (flagging.size > 0) stands.add(taskId);
  }
  return stands;
}

function renamesBefore(taskId: number, names: readonly EngineName[]): Map<number, number> {
  const renames = new Map<number, number>();
  for (const { id, renamed } of names) {
    if (renamed && renamed.afterTaskId < taskId) renames.set(id, renamed.toId);
  }
  return renames;
}

/** What one name said, asked task by task in their order. */
function walk(spans: readonly VerdictSpan[]): (taskId: number) => VerdictSpan | null {
  let next = 0;
  return (taskId) => {
    let span = spans[next];
    while (span && span.lastTaskId !== null && span.lastTaskId < taskId) {
      next += 1;
      span = spans[next];
    }
    return span && span.fromTaskId <= taskId ? span : null;
  };
}

import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { EngineService } from '../vendor/engine.service.js';
import { presentOf, type Renames, renamesSince } from '../vendor/renames.rules.js';
import { type EngineName, flagLife } from './flag-life.rules.js';
import type { ScanTask } from './scan-task.entity.js';
import {
  byEngine,
  changesBetween,
  type FlagLife,
  type TaskPair,
  type VerdictChange,
} from './verdict-changes.rules.js';
import { type SaidSpan, VerdictHistory } from './verdict-history.service.js';
import type { VerdictInterval } from './verdict-interval.entity.js';

/** A completed task of a platform. */
export type PlatformTask = Pick<ScanTask, 'id' | 'platformId'>;

/** Engines that were renamed, and what they are called now. */
interface Lines {
  renames: Renames;
  names: ReadonlyMap<number, string>;
}

/** What engines said otherwise from scan to scan, and what that means. */
@Injectable()
export class ScanChanges {
  constructor(
    private readonly history: VerdictHistory,
    private readonly engines: EngineService,
  ) {}

  /**
   * What completed tasks changed, each against the platform's task before it. A platform's very
   * first changes nothing, and is not among the answers: there is nothing to compare it with.
   */
  async of(tasks: readonly PlatformTask[]): Promise<Map<number, VerdictChange[]>> {
    const before = await this.history.tasksBefore(tasks.map(({ id }) => id));
    const pairsOf = new Map<number, TaskPair[]>();
    for (const { id, platformId } of tasks) {
      const earlier = before.get(id);
      if (earlier === undefined) continue;
      pairsOf.set(platformId, [...(pairsOf.get(platformId) ?? []), [earlier, id]]);
    }
    const lines = await this.lines();
    const changes = new Map<number, VerdictChange[]>();
    for (const [platformId, pairs] of pairsOf) {
      const bordering = await this.history.bordering(
        platformId,
        pairs.map(([, id]) => id),
        pairs.map(([earlier]) => earlier),
      );
      const told = await this.told(platformId, pairs, bordering, lines);
      for (const [taskId, change] of told) changes.set(taskId, change);
      // A platform may have years of scans, and a page fifty platforms.
      await setImmediate();
    }
    return changes;
  }

  /** What engines said otherwise in one completed task of a platform than in an earlier one. */
  async between(platformId: number, [before, taskId]: TaskPair): Promise<VerdictChange[]> {
    const intervals = [
      ...(await this.history.atTask(platformId, before)),
      ...(await this.history.atTask(platformId, taskId)),
    ];
    const pairs: TaskPair[] = [[before, taskId]];
    const told = await this.told(platformId, pairs, intervals, await this.lines());
    return told.get(taskId) ?? [];
  }

  /** With all that those said who ever flagged, or were renamed: what they say now may not do. */
  private async told(
    platformId: number,
    pairs: readonly TaskPair[],
    intervals: readonly VerdictInterval[],
    { renames, names }: Lines,
  ): Promise<Map<number, VerdictChange[]>> {
    const until = Math.max(...pairs.map(([, taskId]) => taskId));
    const flagging = await this.history.everFlagging(platformId);
    const followed = new Set([...flagging, ...renames.keys(), ...renames.values()]);
    const whole = await this.history.saidBy([...followed], platformId, until);
    const others = intervals.filter(({ engineId }) => !followed.has(engineId)).map(spanOf);
    const spans = [...whole, ...others]
      .map((span) => ({ ...span, engine: names.get(span.engineId) ?? span.engine }))
      .sort((a, b) => renamesSince(b.engineId, renames) - renamesSince(a.engineId, renames));
    const spansOf = byEngine(spans);
    const lives = new Map<string, FlagLife>();
    if (flagging.length > 0) {
      const tasks = await this.history.judged(platformId, until);
      const lastTasks =
        renames.size > 0 ? await this.history.tasksBeforeRenames(platformId) : new Map();
      const flagged = new Set(flagging.map((id) => presentOf(id, renames)));
      for (const [engine, own] of spansOf) {
        if (!own.some(({ engineId }) => flagged.has(presentOf(engineId, renames)))) continue;
        lives.set(engine, flagLife(tasks, namesOf(own, renames, lastTasks)));
      }
    }
    return new Map(pairs.map((pair) => [pair[1], changesBetween(pair, spansOf, lives)]));
  }

  private async lines(): Promise<Lines> {
    return { renames: await this.engines.renames(), names: await this.engines.presentNames() };
  }
}

/** @param spans those of older names first */
function namesOf(
  spans: readonly SaidSpan[],
  renames: Renames,
  lastTasks: ReadonlyMap<number, number>,
): EngineName[] {
  const names = new Map<number, SaidSpan[]>();
  for (const span of spans) {
    const own = names.get(span.engineId);
    if (own) own.push(span);
    else names.set(span.engineId, [span]);
  }
  return [...names].map(([id, own]) => {
    const toId = renames.get(id);
    const renamed = toId === undefined ? null : { toId, afterTaskId: lastTasks.get(id) ?? 0 };
    return { id, spans: own, renamed };
  });
}

function spanOf(interval: VerdictInterval): SaidSpan {
  const { engineId, engine, category, result, fromTaskId, lastTaskId } = interval;
  if (!engine) throw new Error('An interval is read with its engine loaded');
  return { engineId, engine: engine.name, category, result, fromTaskId, lastTaskId };
}

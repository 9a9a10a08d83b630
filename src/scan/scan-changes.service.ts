import { Injectable } from '@nestjs/common';
import { EngineService } from '../vendor/engine.service.js';
import type { ScanTask } from './scan-task.entity.js';
import {
  byEngine,
  changesBetween,
  type FlagLife,
  flagLife,
  type TaskPair,
  type VerdictChange,
  type VerdictSpan,
} from './verdict-changes.rules.js';
import { VerdictHistory } from './verdict-history.service.js';
import type { VerdictInterval } from './verdict-interval.entity.js';

/** A completed task of a platform. */
export type PlatformTask = Pick<ScanTask, 'id' | 'platformId'>;

/** All that is told of one platform's engines. */
interface Told {
  spans: VerdictSpan[];
  lives: Map<string, FlagLife>;
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
    const pairs = tasks.flatMap(({ id, platformId }) => {
      const earlier = before.get(id);
      return earlier === undefined ? [] : [{ platformId, pair: [earlier, id] as const }];
    });
    const platformIds = [...new Set(pairs.map(({ platformId }) => platformId))];
    if (platformIds.length === 0) return new Map();
    const told = await this.told(
      platformIds,
      await this.history.bordering(
        platformIds,
        pairs.map(({ pair: [, id] }) => id),
        pairs.map(({ pair: [earlier] }) => earlier),
      ),
    );
    return new Map(
      pairs.map(({ platformId, pair }) => [pair[1], changesOf(pair, told.get(platformId))]),
    );
  }

  /** What engines said otherwise in one completed task of a platform than in an earlier one. */
  async between(platformId: number, [before, taskId]: TaskPair): Promise<VerdictChange[]> {
    const intervals = [
      ...(await this.history.atTask(platformId, before)),
      ...(await this.history.atTask(platformId, taskId)),
    ];
    return changesOf([before, taskId], (await this.told([platformId], intervals)).get(platformId));
  }

  /** With all that those said who ever flagged, or were renamed: what they say now may not do. */
  private async told(
    platformIds: readonly number[],
    intervals: readonly VerdictInterval[],
  ): Promise<Map<number, Told>> {
    const present = await this.engines.presentNames();
    const renamed = await this.engines.idsOf(present.values());
    const whole = await this.history.everFlagging(platformIds, [
      ...present.keys(),
      ...renamed.values(),
    ]);
    const followed = new Set(whole.map(({ engineId }) => engineId));
    const others = intervals.filter(({ engineId }) => !followed.has(engineId));
    const tasks = whole.length > 0 ? await this.history.judged(platformIds) : [];
    return new Map(
      platformIds.map((platformId) => {
        const isOwn = (row: { platformId: number }) => row.platformId === platformId;
        const followedSpans = spansOf(whole.filter(isOwn), present);
        const judged = tasks
          .filter(isOwn)
          .map(({ id, isConclusive }) => ({ id, isConclusive: isConclusive === true }));
        const lives = new Map(
          [...byEngine(followedSpans)].map(([engine, spans]) => [engine, flagLife(judged, spans)]),
        );
        return [
          platformId,
          { spans: [...followedSpans, ...spansOf(others.filter(isOwn), present)], lives },
        ];
      }),
    );
  }
}

function changesOf(pair: TaskPair, told: Told | undefined): VerdictChange[] {
  return told ? changesBetween(pair, byEngine(told.spans), told.lives) : [];
}

/** An engine that was renamed is one line, under its present name. */
function spansOf(
  intervals: readonly VerdictInterval[],
  present: ReadonlyMap<number, string>,
): VerdictSpan[] {
  const isOld = ({ engineId }: VerdictInterval) => Number(present.has(engineId));
  // While both names were answered the new one speaks for the engine: it comes last.
  return [...intervals]
    .sort((a, b) => isOld(b) - isOld(a))
    .map(({ engineId, engine, category, result, fromTaskId, lastTaskId }) => {
      if (!engine) throw new Error('An interval is read with its engine loaded');
      return {
        engine: present.get(engineId) ?? engine.name,
        category,
        result,
        fromTaskId,
        lastTaskId,
      };
    });
}

import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { Platform } from '../platform/platform.entity.js';
import { markOf, type ScanMark, STRIP_LENGTH } from './scan-strip.rules.js';
import type { ScanTaskState } from './scan-task.entity.js';

/** What the last scans say of a platform, at a glance. */
export interface PlatformGlance {
  /** Of its last scans, oldest first; those that only joined another's, or were skipped, are none. */
  marks: readonly ScanMark[];
  /** Engines in the last conclusive scan; null without one, or when it was thinned out. */
  engines: { flags: number; answered: number } | null;
}

interface TaskRow {
  id: number;
  platformId: number;
  state: ScanTaskState;
  isFlagged: number | null;
  isConclusive: number | null;
  malicious: number | null;
  suspicious: number | null;
  harmless: number | null;
  undetected: number | null;
}

const OWN = 'joined_task_id IS NULL';
const SCANNED = `${OWN} AND state IN ('completed', 'failed')`;
const CONCLUSIVE = `${OWN} AND state = 'completed' AND is_conclusive = 1`;
const NOTHING: PlatformGlance = { marks: [], engines: null };

/** What the lists of platforms show of scans. */
@Injectable()
export class PlatformGlances {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Of some platforms by their ids, at most as many as a page shows. */
  async of(
    platforms: readonly Pick<Platform, 'id' | 'lastConclusiveAt'>[],
  ): Promise<(platformId: number) => PlatformGlance> {
    const last = byPlatform(await this.newest(idsOf(platforms), SCANNED, STRIP_LENGTH));
    const older = platforms.filter(
      ({ id, lastConclusiveAt }) =>
        lastConclusiveAt !== null && !last.get(id)?.some(({ isConclusive }) => isConclusive),
    );
    const conclusive = byPlatform(await this.newest(idsOf(older), CONCLUSIVE, 1));
    const glances = new Map(
      platforms.map(({ id, lastConclusiveAt }) => {
        const tasks = last.get(id) ?? [];
        const measure =
          lastConclusiveAt === null
            ? undefined
            : [...(conclusive.get(id) ?? []), ...tasks].findLast(
                ({ isConclusive }) => isConclusive,
              );
        return [id, { marks: tasks.map(mark), engines: measure ? enginesOf(measure) : null }];
      }),
    );
    return (platformId) => glances.get(platformId) ?? NOTHING;
  }

  /**
   * The newest tasks of each platform. One statement, in which each platform's few are read from the
   * end of its own: with a window over all of them a history of years would be read for its end.
   */
  private async newest(
    platformIds: readonly number[],
    condition: string,
    count: number,
  ): Promise<TaskRow[]> {
    if (platformIds.length === 0) return [];
    const one = `SELECT id, platform_id AS platformId, state, is_flagged AS isFlagged,
        is_conclusive AS isConclusive, malicious, suspicious, harmless, undetected
      FROM scan_tasks WHERE platform_id = ? AND ${condition} ORDER BY id DESC LIMIT ${count}`;
    const statement = platformIds
      .map((_, nth) => `SELECT * FROM (${one}) AS t${nth}`)
      .join(' UNION ALL ');
    return this.unitOfWork.manager.query<TaskRow[]>(statement, [...platformIds]);
  }
}

function idsOf(platforms: readonly Pick<Platform, 'id'>[]): number[] {
  return platforms.map(({ id }) => id);
}

/** Oldest first. */
function byPlatform(tasks: readonly TaskRow[]): Map<number, TaskRow[]> {
  const found = new Map<number, TaskRow[]>();
  for (const task of [...tasks].sort((a, b) => a.id - b.id)) {
    const own = found.get(task.platformId);
    if (own) own.push(task);
    else found.set(task.platformId, [task]);
  }
  return found;
}

function mark({ state, isFlagged, isConclusive }: TaskRow): ScanMark {
  return markOf({ state, isFlagged: isFlagged === 1, isConclusive: isConclusive === 1 });
}

function enginesOf({ malicious, suspicious, harmless, undetected }: TaskRow) {
  const flags = (malicious ?? 0) + (suspicious ?? 0);
  return { flags, answered: flags + (harmless ?? 0) + (undetected ?? 0) };
}

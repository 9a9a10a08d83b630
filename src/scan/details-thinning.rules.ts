/** A completed task of a platform, as far as thinning cares. */
export interface PastTask {
  id: number;
  /** Whether it is old enough to be thinned. */
  isOld: boolean;
  isFlagged: boolean;
  isConclusive: boolean;
}

/** Where a platform's verdict intervals begin and end, by task. */
export interface Boundaries {
  begins: ReadonlySet<number>;
  /** The last task that an interval speaks for. */
  ends: ReadonlySet<number>;
  /** The last tasks before renames were confirmed: from then on another name may clear. */
  renames: ReadonlySet<number>;
}

/**
 * The old tasks in which nothing changed: all but the platform's first and last and those on either
 * side of a change. That a scan is conclusive is one: it clears what was said before. To take some of them away makes no other one thinnable nor changes what any that
 * is left tells: whoever was their neighbour said the same.
 * @param tasks all that the platform has, oldest first
 */
export function thinnableTasks(
  tasks: readonly PastTask[],
  { begins, ends, renames }: Boundaries,
): number[] {
  const isChangedAt = (index: number): boolean => {
    const [before, task] = [tasks[index - 1], tasks[index]];
    // Before the first and after the last there is nothing that a change could be told from.
    if (!before || !task) return true;
    return (
      begins.has(task.id) ||
      ends.has(before.id) ||
      renames.has(before.id) ||
      task.isFlagged !== before.isFlagged ||
      task.isConclusive !== before.isConclusive
    );
  };
  return tasks
    .filter(({ isOld }, index) => isOld && !isChangedAt(index) && !isChangedAt(index + 1))
    .map(({ id }) => id);
}

/** What thinning adds to the counts that a scan keeps. */
export interface ThinnedCounts {
  completed: number;
  flagged: number;
}

/**
 * Tasks that go, by what they add to their scans; scans that need the same are written together.
 * @returns the scans' ids, ascending, with what each of them gets
 */
export function countsToKeep(
  tasks: readonly { scanId: number; isFlagged: boolean | null }[],
): { scanIds: number[]; counts: ThinnedCounts }[] {
  const byScan = new Map<number, ThinnedCounts>();
  for (const { scanId, isFlagged } of tasks) {
    const { completed, flagged } = byScan.get(scanId) ?? { completed: 0, flagged: 0 };
    byScan.set(scanId, { completed: completed + 1, flagged: flagged + (isFlagged ? 1 : 0) });
  }
  const alike = new Map<string, { scanIds: number[]; counts: ThinnedCounts }>();
  for (const [scanId, counts] of [...byScan].sort(([a], [b]) => a - b)) {
    const key = `${counts.completed} ${counts.flagged}`;
    const group = alike.get(key) ?? { scanIds: [], counts };
    group.scanIds.push(scanId);
    alike.set(key, group);
  }
  return [...alike.values()];
}

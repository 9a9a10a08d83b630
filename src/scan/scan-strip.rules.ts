import type { ScanTaskState } from './scan-task.entity.js';

/** How many scans a strip shows. */
export const STRIP_LENGTH = 12;

/** What a scan said of a platform. One that is flagged is so, conclusive or not. */
export const SCAN_MARKS = ['flagged', 'clean', 'inconclusive', 'failed'] as const;
export type ScanMark = (typeof SCAN_MARKS)[number];

/** The marks of one kind as a path of SVG. */
export interface StripPath {
  mark: ScanMark | 'none';
  /** For the attribute `d`. */
  d: string;
}

const WIDTH = 4;
const STEP = 6;
/** Each kind is told by its height as well as by its colour; what failed leaves a mere trace. */
const HEIGHTS: Readonly<Record<StripPath['mark'], number>> = {
  flagged: 16,
  clean: 10,
  inconclusive: 6,
  failed: 3,
  none: 1,
};

/** For the attribute `viewBox`. */
export const STRIP_BOX = `0 0 ${STRIP_LENGTH * STEP - (STEP - WIDTH)} ${HEIGHTS.flagged}`;

/** The mark of a task that is completed or failed. */
export function markOf(task: {
  state: ScanTaskState;
  isFlagged: boolean;
  isConclusive: boolean;
}): ScanMark {
  if (task.state !== 'completed') return 'failed';
  if (task.isFlagged) return 'flagged';
  return task.isConclusive ? 'clean' : 'inconclusive';
}

/** A strip's paths. @param marks at most {@link STRIP_LENGTH}, oldest first: the newest stands last */
export function stripPaths(marks: readonly ScanMark[]): StripPath[] {
  const missing = STRIP_LENGTH - marks.length;
  const places = [...Array.from({ length: missing }, () => 'none' as const), ...marks];
  return [...SCAN_MARKS, 'none' as const].flatMap((mark) => {
    const height = HEIGHTS[mark];
    const d = places
      .flatMap((one, place) =>
        one === mark
          ? [`M${place * STEP} ${HEIGHTS.flagged - height}h${WIDTH}v${height}h-${WIDTH}z`]
          : [],
      )
      .join('');
    return d === '' ? [] : [{ mark, d }];
  });
}

/** Marks that are the same one after the other, counted: what a strip says in words. */
export function runsOf(marks: readonly ScanMark[]): { mark: ScanMark; count: number }[] {
  const runs: { mark: ScanMark; count: number }[] = [];
  for (const mark of marks) {
    const last = runs.at(-1);
    if (last?.mark === mark) last.count += 1;
    else runs.push({ mark, count: 1 });
  }
  return runs;
}

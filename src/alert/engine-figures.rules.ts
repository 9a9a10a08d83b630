/** A detection that its engine cleared. */
interface ClearedDetection {
  platformId: number;
  firstSeenAt: Date;
  clearedAt: Date | null;
}

/** How long an engine took to clear what it flagged. */
export interface DelistFigures {
  /** Days from the first flag to the scan that showed it cleared, in the middle; null without a case. */
  medianDays: number | null;
  cases: number;
}

const DAY_MS = 86_400_000;

/** The median over cleared detections; one flag that two alerts list is one case. */
export function delistFigures(detections: readonly ClearedDetection[]): DelistFigures {
  const cases = new Map<string, number>();
  for (const { platformId, firstSeenAt, clearedAt } of detections) {
    if (clearedAt === null) continue;
    const days = (clearedAt.getTime() - firstSeenAt.getTime()) / DAY_MS;
    cases.set(`${platformId} ${clearedAt.getTime()}`, days);
  }
  const days = [...cases.values()].sort((a, b) => a - b);
  const lower = days[Math.floor((days.length - 1) / 2)];
  const upper = days[Math.floor(days.length / 2)];
  const medianDays = lower === undefined || upper === undefined ? null : (lower + upper) / 2;
  return { medianDays, cases: days.length };
}

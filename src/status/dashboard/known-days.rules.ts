import type { DetectionDay } from '../../alert/detection-days.rules.js';
import { freshSince } from '../../platform/platform-state.rules.js';

/** A day with its detections; null where no scan tells that there were none. */
export interface KnownDay {
  day: string;
  counts: { malicious: number; suspicious: number } | null;
}

/** Days after one another of which the same is to be said. */
export interface DaySpan {
  from: string;
  to: string;
  counts: KnownDay['counts'];
}

const DAY_MS = 86_400_000;

/**
 * Tells days without a detection from days of which nothing is known: those at whose end no scan
 * over all platforms had come to its end within two periods, as a platform is not clean any more
 * then. A detection stands however long it was not scanned.
 * @param finished when scans over all came to their ends
 */
export function knownDays(
  days: readonly DetectionDay[],
  finished: readonly Date[],
  now: Date,
  frequencyDays: number,
): KnownDay[] {
  const ends = finished.map((at) => at.getTime());
  return days.map(({ day, malicious, suspicious }) => {
    const end = Math.min(now.getTime(), Date.parse(day) + DAY_MS);
    const fresh = freshSince(new Date(end), frequencyDays).getTime();
    const isKnown = malicious + suspicious > 0 || ends.some((at) => at <= end && at >= fresh);
    return { day, counts: isKnown ? { malicious, suspicious } : null };
  });
}

/** Days of which the same is to be said as one line each, the newest first. */
export function spansOf(days: readonly KnownDay[]): DaySpan[] {
  const spans: DaySpan[] = [];
  for (const { day, counts } of [...days].reverse()) {
    const last = spans.at(-1);
    if (last && isSame(last.counts, counts)) last.from = day;
    else spans.push({ from: day, to: day, counts });
  }
  return spans;
}

function isSame(one: KnownDay['counts'], other: KnownDay['counts']): boolean {
  if (one === null || other === null) return one === other;
  return one.malicious === other.malicious && one.suspicious === other.suspicious;
}

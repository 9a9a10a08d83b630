import {
  type AlertReason,
  type AlertState,
  type DetectionState,
  isAccepting,
} from './alert.rules.js';

/** A detection with what became of it; days in UTC, such as `2026-11-26`. */
export interface DetectionSpan {
  id: number;
  platformId: number;
  engineId: number;
  category: string;
  state: DetectionState;
  /** It speaks for its engine on the platform. */
  isLive: boolean;
  firstDay: string;
  lastDay: string;
  clearedDay: string | null;
  /** Its alert's state and reason, and the day it was settled; null of what belongs to no alert. */
  alertState: AlertState | null;
  alertReason: AlertReason | null;
  settledDay: string | null;
}

/** How many detections stood at the end of a day in UTC; of the present day: how many stand now. */
export interface DetectionDay {
  day: string;
  malicious: number;
  suspicious: number;
}

/**
 * Detections that stood at the end of each day, by category: from the day of the first flag until
 * the engine cleared it, or a person accepted it. What several alerts list of one engine on one
 * platform is one detection, and the last that was said of it that day is told.
 * @param days one after the other, the oldest first
 */
export function detectionsByDay(
  detections: readonly DetectionSpan[],
  days: readonly string[],
): DetectionDay[] {
  const counts = days.map((day) => ({ day, malicious: 0, suspicious: 0 }));
  const place = placesOf(days);
  const told = new Map<string, Uint8Array>();
  for (const detection of [...detections].sort((one, other) => other.id - one.id)) {
    const end = endOf(detection);
    const until = end === null ? days.length : place(end);
    const from = place(detection.firstDay);
    if (from >= until) continue;
    const key = `${detection.platformId} ${detection.engineId}`;
    const known = told.get(key) ?? new Uint8Array(days.length);
    told.set(key, known);
    const category = detection.category === 'malicious' ? 'malicious' : 'suspicious';
    for (let at = from; at < until; at += 1) {
      const count = counts[at];
      if (!count || known[at] === 1) continue;
      count[category] += 1;
      known[at] = 1;
    }
  }
  return counts;
}

/** Where a day stands among those; one before them at the first, one after them behind the last. */
function placesOf(days: readonly string[]): (day: string) => number {
  const places = new Map(days.map((day, index) => [day, index]));
  const first = days[0] ?? '';
  return (day) => places.get(day) ?? (day < first ? 0 : days.length);
}

/** The day at whose end it stood no more; null while it stands. */
function endOf(detection: DetectionSpan): string | null {
  const { state, clearedDay, alertState, alertReason, settledDay } = detection;
  if (alertState !== null && settledDay !== null && isAccepting(alertState, alertReason)) {
    return clearedDay !== null && clearedDay < settledDay ? clearedDay : settledDay;
  }
  // On an alert that is open, or none: it was accepted before it was listed there.
  if (state === 'accepted') return detection.firstDay;
  if (clearedDay !== null) return clearedDay;
  if (detection.isLive) return null;
  // Its engine is gone, its platform, or what it said first: settled with its alert at the latest.
  return settledDay !== null && settledDay > detection.lastDay ? settledDay : detection.lastDay;
}

/** The last so many days in UTC, the present one at the end. */
export function lastDays(now: Date, count: number): string[] {
  const today = Date.parse(now.toISOString().slice(0, 10));
  return Array.from({ length: count }, (_, index) =>
    new Date(today - (count - 1 - index) * 86_400_000).toISOString().slice(0, 10),
  );
}

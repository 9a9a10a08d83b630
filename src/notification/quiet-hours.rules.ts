/** When a channel keeps still. */
export interface QuietHours {
  /** `HH:MM`; both null for never. */
  quietFrom: string | null;
  quietTo: string | null;
  /** An IANA name. */
  quietZone: string;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** Clocks are set forward or back within a night: this often, at most, the end is looked for anew. */
const MOST_STEPS = 3;

/**
 * When a channel may be sent something that is ready now: now, or when its quiet hours end.
 * @param isUrgent what is urgent heeds no quiet hours
 */
export function nextSendAt(quiet: QuietHours, now: Date, isUrgent: boolean): Date {
  const { quietFrom, quietTo, quietZone } = quiet;
  if (isUrgent || quietFrom === null || quietTo === null) return now;
  const from = minutesOf(quietFrom);
  const to = minutesOf(quietTo);
  let at = now;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const minute = minuteOfDay(at, quietZone);
    if (!isWithin(minute, from, to)) return at;
    const left = (to - minute + DAY_MINUTES) % DAY_MINUTES;
    const wholeMinute = Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS;
    at = new Date(wholeMinute + left * MINUTE_MS);
  }
  return at;
}

function isWithin(minute: number, from: number, to: number): boolean {
  if (from === to) return false;
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
}

function minuteOfDay(at: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
  return minutesOf(parts);
}

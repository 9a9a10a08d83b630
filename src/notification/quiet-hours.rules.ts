/** When a channel keeps still: every day from the one time up to the other, over midnight too. */
export interface QuietHours {
  /** `HH:MM`; both null for never. */
  quietFrom: string | null;
  /** The first minute that is not quiet any more. */
  quietTo: string | null;
  /** An IANA name, such as `Africa/Algiers`. */
  quietZone: string;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** More than any zone ever set its clocks by at once. */
const CLOCK_CHANGE_MINUTES = 180;

/** `HH:MM` of a day. */
export const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;

const clocks = new Map<string, Intl.DateTimeFormat>();

/** True for a time zone that this machine knows by that name. */
export function isTimeZone(name: string): boolean {
  if (!ZONE_NAME.test(name)) return false;
  try {
    clockOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * When a channel may be sent something that is ready now: now, or when its quiet hours end. They go
 * by the clock on the wall, also on a day on which clocks are set.
 * @param isUrgent what is urgent heeds no quiet hours
 */
export function nextSendAt(quiet: QuietHours, now: Date, isUrgent: boolean): Date {
  const { quietFrom, quietTo, quietZone } = quiet;
  if (isUrgent || quietFrom === null || quietTo === null) return now;
  const from = minutesOf(quietFrom);
  const length = minutesBetween(from, minutesOf(quietTo));
  const isQuiet = (at: Date) => minutesBetween(from, wallMinutes(quietZone, at)) < length;
  if (!isQuiet(now)) return now;
  const left = minutesBetween(wallMinutes(quietZone, now), minutesOf(quietTo));
  let minute = Math.floor(now.getTime() / MINUTE_MS) + Math.max(0, left - CLOCK_CHANGE_MINUTES);
  while (isQuiet(new Date(minute * MINUTE_MS))) minute += 1;
  return new Date(minute * MINUTE_MS);
}

/** From one time of day forward to the other. */
function minutesBetween(from: number, to: number): number {
  return (to - from + DAY_MINUTES) % DAY_MINUTES;
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

function wallMinutes(zone: string, at: Date): number {
  return minutesOf(clockOf(zone).format(at));
}

/** Making one takes a thousand times as long as using it. */
function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  clocks.set(zone, clock);
  return clock;
}

import { currentReader, type Reader } from './reader.js';

/** A formatter costs far more to make than to use. */
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * A time to the minute, in the reader's time zone and with its name, the day as the language has
 * it: `2026-11-24 10:00 UTC+1`, `24/11/2026 10:00 UTC+1`.
 */
export function momentText(at: Date, reader: Reader = currentReader()): string {
  const parts = new Map(
    (formatOf(reader.timeZone) ?? formatOf('UTC'))
      ?.formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const [year, month, day, hour, minute] = (
    ['year', 'month', 'day', 'hour', 'minute'] as const
  ).map((type) => parts.get(type) ?? '');
  const date = reader.language === 'fr' ? `${day}/${month}/${year}` : `${year}-${month}-${day}`;
  const zone = (parts.get('timeZoneName') ?? '').replace(/^(GMT|UTC)(\+0$)?/, 'UTC');
  return `${date} ${hour}:${minute} ${zone}`;
}

/** A day such as `2026-11-24` as the language has it; any other text as it is. */
export function dayText(day: string, { language }: Reader = currentReader()): string {
  return language === 'fr' ? day.replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$3/$2/$1') : day;
}

/** The same time in UTC, to the millisecond. */
export function exactMoment(at: Date): string {
  return at.toISOString().replace('T', ' ').replace('Z', ' UTC');
}

function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = newFormat(timeZone);
  if (made) formats.set(timeZone, made);
  return made;
}

/** Null for a time zone that this machine does not know (any more). */
function newFormat(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'shortOffset',
    });
  } catch {
    return null;
  }
}

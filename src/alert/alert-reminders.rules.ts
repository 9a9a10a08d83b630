import { TOLD_KEPT_MS } from '../notification/outbox/told-kept.rules.js';

const DAY_MS = 24 * 60 * 60_000;

/**
 * Which of its reminders an open alert is due on a channel: one every so many days since it was
 * opened, or since the channel is there if that is later. Null before the first, and for one so long
 * past that nobody knows any more whether it was told.
 */
export function reminderSlot(
  alert: { openedAt: Date },
  channel: { createdAt: Date; reminderDays: number },
  now: Date,
): string | null {
  const { reminderDays } = channel;
  if (reminderDays <= 0) return null;
  const everyMs = reminderDays * DAY_MS;
  const openMs = now.getTime() - Math.max(alert.openedAt.getTime(), channel.createdAt.getTime());
  const slot = Math.floor(openMs / everyMs);
  if (slot < 1 || openMs - slot * everyMs >= TOLD_KEPT_MS) return null;
  return `${reminderDays}d${slot}`;
}

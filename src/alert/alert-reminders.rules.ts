const DAY_MS = 24 * 60 * 60_000;

/**
 * Which of its reminders an open alert is due on a channel: one every so many days since it was
 * opened, or since the channel is there if that is later. Null before the first.
 */
export function reminderSlot(
  alert: { openedAt: Date },
  channel: { createdAt: Date; reminderDays: number },
  now: Date,
): string | null {
  const { reminderDays } = channel;
  if (reminderDays <= 0) return null;
  const sinceMs = Math.max(alert.openedAt.getTime(), channel.createdAt.getTime());
  const slot = Math.floor((now.getTime() - sinceMs) / (reminderDays * DAY_MS));
  return slot < 1 ? null : `${reminderDays}d${slot}`;
}

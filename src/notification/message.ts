import type { Severity } from './severity.rules.js';

/** What can be told; the `type` of a webhook's body. */
export const EVENT_TYPES = [
  'alert.opened',
  'alert.updated',
  'alert.resolved',
  'alert.reopened',
  'scan.digest',
  'scan.failed',
  'scan.overdue',
  'integration.key_rejected',
  'budget.short',
  'dispute.due',
  'channel.test',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** Something that happened, for whoever wants to hear of it. */
export interface NotificationEvent {
  /** ASCII, at most 190 characters. What bears the same key is told once: `alert.opened:12:1`. */
  key: string;
  type: EventType;
  /** ASCII, at most 64 characters. What bears the same subject is told in order: `alert:12`. */
  subject: string;
  /** Null for what has none: channels then do not ask for one. */
  severity: Severity | null;
  /** Whose platform it is about; absent for what concerns all, which every channel is told. */
  platform?: { tags: readonly string[]; ownerEmail: string | null };
  /** True for what cannot wait for a digest, nor for the end of quiet hours; absent: what is critical, but no reminder nor end of it. */
  isUrgent?: boolean;
  /** True when it says again what was told before and still stands. */
  isReminder?: boolean;
  /** The only channels that are told, where not all are. */
  channelIds?: readonly number[];
  /** Gives what the API shows of it; called only if somebody is told. */
  data: () => object | Promise<object>;
}

/** One message, ready to be sent: a single event, or a digest of several (`scan.digest`). */
export interface Message {
  /** The same on every try: the `webhook-id`, and the local part of a `Message-ID`. */
  id: string;
  type: EventType;
  /** When it happened; of a digest, when it was put together. */
  timestamp: Date;
  /** The worst of a digest. */
  severity: Severity | null;
  /** As the API shows it; of a digest `{ events: [{ type, timestamp, data }] }`. */
  data: object;
  isReminder: boolean;
  /** A platform's owner, by mail address; empty for the channel's own recipients. */
  recipient: string;
}

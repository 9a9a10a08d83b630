import type { EventType } from './message.js';
import { isAtLeast, type Severity } from './severity.rules.js';

/** What a channel asks of an event. */
export interface ChannelRules {
  /** What is less severe is not told. */
  minSeverity: Severity;
  /** A platform has one of them; empty: any platform. */
  tags: readonly string[];
  /** A platform is owned by one of these mail addresses; empty: any platform. */
  owners: readonly string[];
  /** Null or empty: all. */
  eventTypes: readonly EventType[] | null;
}

/** What of an event channels ask for. */
export interface MatchedEvent {
  type: EventType;
  severity: Severity | null;
  /** Absent for what is about no single platform, such as a scan that failed. */
  platform?: { tags: readonly string[]; ownerEmail: string | null };
}

/** What every channel is told, whatever it asks for: until it ends, nobody hears of anything. */
const TOLD_TO_ALL: readonly EventType[] = ['scan.overdue'];

/**
 * True when a channel is told of an event: of a type that it asks for, severe enough, and of a
 * platform with one of its tags and of one of its owners. What has no severity is never too little,
 * and what is about no single platform is told to all.
 */
export function isTold(rules: ChannelRules, { type, severity, platform }: MatchedEvent): boolean {
  if (TOLD_TO_ALL.includes(type)) return true;
  const types = rules.eventTypes ?? [];
  if (types.length > 0 && !types.includes(type)) return false;
  if (severity !== null && !isAtLeast(severity, rules.minSeverity)) return false;
  if (!platform) return true;
  const { tags, ownerEmail } = platform;
  const hasTag = rules.tags.length === 0 || rules.tags.some((tag) => tags.includes(tag));
  return hasTag && (rules.owners.length === 0 || isAmong(ownerEmail, rules.owners));
}

/** What goes on, ends or begins again of something that was told before. */
const SEQUELS: readonly EventType[] = ['alert.updated', 'alert.resolved', 'alert.reopened'];

/**
 * True when a channel that was told of an event's subject before is told of this event too, even if
 * it is of less severity by now or of other tags: who heard that it began hears how it ends. Only
 * its types it has chosen for good.
 */
export function isSequel(
  { eventTypes }: Pick<ChannelRules, 'eventTypes'>,
  { type }: Pick<MatchedEvent, 'type'>,
): boolean {
  const types = eventTypes ?? [];
  return SEQUELS.includes(type) && (types.length === 0 || types.includes(type));
}

/**
 * To whom a channel sends an event that it {@link isTold}, one delivery each: so one recipient whose
 * server refuses keeps nobody else waiting, and nobody gets it twice.
 * @param addresses mail addresses of the channel; null for a kind that has none
 * @returns each once; the empty text stands for the channel itself
 */
export function recipientsOf(
  { tellsOwner }: { tellsOwner: boolean },
  addresses: readonly string[] | null,
  platform: MatchedEvent['platform'],
): string[] {
  const own = addresses ?? [''];
  const owner = tellsOwner ? (platform?.ownerEmail ?? '') : '';
  return owner === '' || isAmong(owner, own) ? [...own] : [...own, owner];
}

function isAmong(address: string | null, addresses: readonly string[]): boolean {
  const wanted = address?.toLowerCase();
  return addresses.some((one) => one.toLowerCase() === wanted);
}

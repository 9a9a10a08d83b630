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

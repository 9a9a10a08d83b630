import { isAtLeast, type Severity } from './severity.rules.js';

/** What a channel asks of an event. */
export interface ChannelRules {
  minSeverity: Severity;
  tags: readonly string[];
  owners: readonly string[];
}

/** What of an event channels ask for. */
export interface MatchedEvent {
  severity: Severity | null;
  platform?: { tags: readonly string[]; ownerEmail: string | null };
}

/**
 * True when a channel is told of an event: severe enough, and of a platform with one of its tags
 * and of one of its owners. What has no severity, or is about no platform, every channel is told.
 */
export function isTold(rules: ChannelRules, { severity, platform }: MatchedEvent): boolean {
  if (severity !== null && !isAtLeast(severity, rules.minSeverity)) return false;
  if (!platform) return true;
  const { tags, ownerEmail } = platform;
  const hasTag = rules.tags.length === 0 || rules.tags.some((tag) => tags.includes(tag));
  const owner = ownerEmail?.toLowerCase();
  const hasOwner =
    rules.owners.length === 0 || rules.owners.some((one) => one.toLowerCase() === owner);
  return hasTag && hasOwner;
}

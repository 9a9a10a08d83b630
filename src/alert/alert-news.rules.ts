import { isAtLeast, type Severity } from '../notification/severity.rules.js';
import { type AlertState, isSettled, type TimelineKind } from './alert.rules.js';

/** What of an alert's life others are told. */
export type AlertNewsType = 'alert.opened' | 'alert.updated' | 'alert.resolved' | 'alert.reopened';

interface Line {
  kind: TimelineKind;
  data?: Readonly<Record<string, unknown>>;
}

/** Whose platform an alert is about, as channels' rules ask for it. */
export function toldPlatform(platform: { tags: string[]; ownerEmail: string } | undefined): {
  tags: readonly string[];
  ownerEmail: string | null;
} {
  const { tags = [], ownerEmail = '' } = platform ?? {};
  return { tags, ownerEmail: ownerEmail === '' ? null : ownerEmail };
}

/**
 * What others are told of a change, by its lines on the timeline: opened, reopened, settled, and of
 * an open alert a new engine or a worse severity. All else is nobody's news: null.
 * @param state as the change leaves the alert
 */
export function newsOf(state: AlertState, lines: readonly Line[]): AlertNewsType | null {
  const has = (kind: TimelineKind) => lines.some((line) => line.kind === kind);
  if (has('opened')) return 'alert.opened';
  const change = lines.find(({ kind }) => kind === 'state_changed')?.data;
  if (has('cleared') || has('platform_removed')) return 'alert.resolved';
  if (change && isSettled(state)) return 'alert.resolved';
  if (has('reopened') || (change && isSettled(change.from as AlertState))) return 'alert.reopened';
  if (isSettled(state)) return null;
  return has('detection_added') || lines.some(isWorse) ? 'alert.updated' : null;
}

function isWorse({ kind, data }: Line): boolean {
  if (kind !== 'severity_changed' || !data) return false;
  const { from, to } = data as { from: Severity; to: Severity };
  return from !== to && isAtLeast(to, from);
}

/** A message that a receiver accepted. */
export interface Accepted {
  channel: number;
  id: string;
  /** Of which alerts it told: `alert.opened:12`. */
  events: string[];
}

/** All that is known when a run is over. */
export interface ToldFacts {
  channels: number;
  kills: number;
  alertIds: readonly string[];
  accepted: readonly Accepted[];
}

/** What came of a run. */
export interface ToldCount {
  lost: string[];
  /** Of alerts that are not there. */
  madeUp: string[];
  /** By channel: how often something came that had come before. */
  repeats: number[];
  violations: string[];
}

/**
 * Counts what every channel was told of every alert: nothing may be lost or made up, what comes
 * again bears the id that it came under, and a channel gets at most one repeat a kill.
 */
export function countTold({ channels, kills, alertIds, accepted }: ToldFacts): ToldCount {
  const expected = new Set(alertIds.map((id) => `alert.opened:${id}`));
  const lost: string[] = [];
  const madeUp = new Set<string>();
  const repeats: number[] = [];
  const violations: string[] = [];
  for (let channel = 1; channel <= channels; channel += 1) {
    const messages = accepted.filter((message) => message.channel === channel);
    const idsOf = new Map<string, Set<string>>();
    for (const { id, events } of messages) {
      for (const event of events) {
        idsOf.set(event, (idsOf.get(event) ?? new Set()).add(id));
        if (!expected.has(event)) madeUp.add(event);
      }
    }
    for (const event of expected) if (!idsOf.has(event)) lost.push(`${event} to ${channel}`);
    const twice = [...idsOf].flatMap(([event, ids]) => (ids.size > 1 ? [event] : []));
    if (twice.length > 0) violations.push(`channel ${channel}: other ids of ${twice.join(', ')}`);
    repeats[channel - 1] = messages.length - new Set(messages.map(({ id }) => id)).size;
    if (repeats[channel - 1]! > kills) {
      violations.push(`channel ${channel}: ${repeats[channel - 1]} repeats after ${kills} kills`);
    }
  }
  if (lost.length > 0) violations.push(`${lost.length} lost: ${lost.slice(0, 5).join(', ')}`);
  if (madeUp.size > 0) violations.push(`${madeUp.size} told of alerts that are not there`);
  return { lost, madeUp: [...madeUp], repeats, violations };
}

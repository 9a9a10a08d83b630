import { translator } from '../web/translator.js';
import { actorText, flagText, timelineText } from './timeline-text.js';
import type { TimelineEntry } from './timeline.service.js';

const t = translator();

/** What one scan may tell of dozens of engines at once. */
const OF_SEVERAL = ['detection_added', 'detection_changed', 'detection_cleared'] as const;
type KindOfSeveral = (typeof OF_SEVERAL)[number];

/** A line of a timeline as a page shows it. */
export interface TimelineRow {
  at: Date;
  who: string;
  text: string;
  /** The engines that the text counts; empty where it names its own. */
  engines: string;
  /** They are more than a line has room for. */
  isFolded: boolean;
}

/** So many engines are named in the open. */
const MOST_NAMED = 5;

/** The lines of a timeline; engines that say the same at one moment share theirs. */
export function timelineRows(timeline: readonly TimelineEntry[]): TimelineRow[] {
  const groups: TimelineEntry[][] = [];
  for (const entry of timeline) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group && last && isOneWith(last, entry)) group.push(entry);
    else groups.push([entry]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    return first ? [group.length === 1 ? rowOf(first) : rowOfSeveral(first, group)] : [];
  });
}

function rowOf(entry: TimelineEntry): TimelineRow {
  const { at, actor } = entry;
  return { at, who: actorText(actor), text: timelineText(entry), engines: '', isFolded: false };
}

function rowOfSeveral(first: TimelineEntry, group: readonly TimelineEntry[]): TimelineRow {
  const words = { count: group.length, flag: flagText(first.data) };
  return {
    ...rowOf(first),
    text: t(`alert.timeline.several.${first.kind as KindOfSeveral}`, words),
    engines: group.map(({ data }) => String(data.engine)).join(', '),
    isFolded: group.length > MOST_NAMED,
  };
}

function isOneWith(one: TimelineEntry, other: TimelineEntry): boolean {
  return (
    OF_SEVERAL.some((kind) => kind === one.kind) &&
    one.kind === other.kind &&
    one.actor === other.actor &&
    one.at.getTime() === other.at.getTime() &&
    one.data.isAccepted !== true &&
    other.data.isAccepted !== true &&
    flagText(one.data) === flagText(other.data)
  );
}

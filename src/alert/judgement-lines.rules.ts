import type { TimelineKind } from './alert.rules.js';
import type { DetectionChanges, LiveDetection } from './evidence.js';

interface ToldFlag {
  category?: string;
  result?: string | null;
  /** The flag was accepted before, and so does not count. */
  isAccepted?: true;
}

/** Something that the timeline of an alert tells of one engine. */
export interface EngineLine extends ToldFlag {
  alertId: number;
  kind: TimelineKind;
  engine: number;
}

interface Flag {
  verdict: { engine: number; category: string; result: string | null };
  state: LiveDetection['state'];
}

/**
 * What the timelines tell of a scan's changes, each on the alert that holds the detection.
 * @param gathered detections that an alert which has just opened took from elsewhere
 * @param alertId the alert that new detections belong to, if any
 */
export function judgementLines(
  { raised, seen, clearedIds, hushed }: DetectionChanges,
  live: readonly LiveDetection[],
  gathered: readonly { id: number; engineId: number }[],
  alertId: number | null,
): EngineLine[] {
  const liveOf = new Map(live.map((detection) => [detection.id, detection]));
  const seenOf = new Map(seen.map((flag) => [flag.detectionId, flag]));
  const lines: EngineLine[] = [];
  const tell = (id: number, kind: TimelineKind, flag: ToldFlag = {}) => {
    const detection = liveOf.get(id);
    if (detection?.alertId == null) return;
    lines.push({ alertId: detection.alertId, kind, engine: detection.engine, ...flag });
  };

  if (alertId !== null) {
    const added = gathered.flatMap<Flag>(({ id }) => seenOf.get(id) ?? standing(liveOf.get(id)));
    for (const { verdict, state } of [...added, ...raised]) {
      lines.push({
        alertId,
        kind: 'detection_added',
        engine: verdict.engine,
        ...told(verdict, state),
      });
    }
  }
  for (const { detectionId, verdict, state, isChanged } of seen) {
    if (!isChanged) continue;
    tell(detectionId, 'detection_changed', told(verdict, state));
  }
  for (const { detectionId, state } of hushed) {
    tell(detectionId, state === 'silent' ? 'detection_silent' : 'detection_heard');
  }
  for (const id of clearedIds) tell(id, 'detection_cleared');
  return lines;
}

function told(
  { category, result }: { category: string; result: string | null },
  state: LiveDetection['state'],
): ToldFlag {
  return { category, result, ...(state === 'accepted' ? { isAccepted: true } : {}) };
}

function standing(live: LiveDetection | undefined): Flag[] {
  return live ? [{ verdict: live, state: live.state }] : [];
}

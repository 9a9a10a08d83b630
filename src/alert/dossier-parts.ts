import { NotFoundError } from '../web/domain-error.js';
import type { AlertDossier } from './alert-dossier.service.js';
import type { EnrichedDetection } from './alert-enrichment.service.js';
import { timelineRows, type TimelineRow } from './timeline-rows.js';

/** One detection of an alert. @throws NotFoundError when the alert has no such detection */
export function detectionOf({ enriched }: AlertDossier, detectionId: number): EnrichedDetection {
  const found = enriched.detections.find(({ detection }) => detection.id === detectionId);
  if (!found) throw new NotFoundError();
  return found;
}

/** What others did to an alert since a form was made. @param version the one that the form sent */
export function changedSince(
  { enriched, timeline }: AlertDossier,
  version: unknown,
): TimelineRow[] {
  const known = typeof version === 'string' ? Number(version) : enriched.alert.version;
  return timelineRows(timeline.filter((entry) => entry.version > known));
}

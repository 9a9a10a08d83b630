import { ApiProperty, ApiPropertyOptional } from '../web/api-doc.js';
import type { Vendor } from '../vendor/vendor.entity.js';
import { showId } from '../web/ids.js';
import type { EnrichedAlert, EnrichedDetection } from './alert-enrichment.service.js';
import {
  ALERT_REASONS,
  ALERT_STATES,
  type AlertReason,
  type AlertState,
  DETECTION_STATES,
  type DetectionState,
  SEVERITIES,
  type Severity,
} from './alert.rules.js';
import type { Dispute } from './dispute.entity.js';
import { disputeFacts } from './dispute-facts.js';
import { DISPUTE_STATES, type DisputeAnswer, type DisputeState } from './dispute.rules.js';
import { timelineText } from './timeline-text.js';
import type { TimelineEntry } from './timeline.service.js';

/** The platform of an alert. */
export class AlertPlatformView {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ description: 'as typed' })
  url!: string;
}

/** The vendor whose name is the engine's, byte for byte. */
export class DetectionVendorView {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ description: 'empty: no contact yet' })
  contact!: string;

  @ApiPropertyOptional({ description: 'for those who use Oju: an evidence pack has none' })
  comments?: string;
}

/** How far a detection is disputed with its vendor; with the state `none` all else is empty. */
export class DisputeView {
  @ApiProperty({ enum: DISPUTE_STATES, description: 'closed: a scan showed the engine cleared' })
  state!: DisputeState;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  reportedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'a mail address, or `token NAME`' })
  reportedBy!: string | null;

  @ApiProperty({ description: 'whom was asked, as typed' })
  contact!: string;

  @ApiProperty()
  reference!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'a day in UTC' })
  followUpOn!: string | null;

  @ApiProperty({ enum: ['accepted', 'rejected'], nullable: true, description: 'the last one' })
  answer!: DisputeAnswer | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  answeredAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  closedAt!: string | null;
}

/** One engine's flag on an alert. */
export class DetectionView {
  @ApiProperty()
  id!: string;

  @ApiProperty({ description: 'as VirusTotal names it' })
  engine!: string;

  @ApiProperty({ enum: ['malicious', 'suspicious'] })
  category!: string;

  @ApiProperty({ type: String, nullable: true, description: "the engine's own free text" })
  result!: string | null;

  @ApiProperty({ type: String, nullable: true })
  method!: string | null;

  @ApiProperty({ enum: DETECTION_STATES })
  state!: DetectionState;

  @ApiProperty({ type: String, format: 'date-time' })
  firstSeenAt!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  lastSeenAt!: string;

  @ApiProperty({ type: DisputeView })
  dispute!: DisputeView;

  @ApiProperty({ type: DetectionVendorView, nullable: true })
  vendor!: DetectionVendorView | null;
}

/** A line of an alert's timeline. */
export class TimelineView {
  @ApiProperty()
  id!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  at!: string;

  @ApiProperty({ description: 'a mail address, `token NAME`, or `system`' })
  actor!: string;

  @ApiProperty()
  kind!: string;

  @ApiProperty({ description: 'the version of the alert that the change made' })
  version!: number;

  @ApiProperty({ description: 'the same in words' })
  text!: string;

  @ApiProperty({ type: Object, description: 'by kind: engine, category, result, from, to, …' })
  data!: Record<string, unknown>;
}

/** An alert as JSON and pages show it. */
export class AlertView {
  @ApiProperty()
  id!: string;

  @ApiProperty({ description: 'grows with every change; a change names the one it was made from' })
  version!: number;

  @ApiProperty({ type: AlertPlatformView })
  platform!: AlertPlatformView;

  @ApiProperty({ enum: ALERT_STATES })
  state!: AlertState;

  @ApiProperty({ enum: SEVERITIES })
  severity!: Severity;

  @ApiProperty({ enum: ALERT_REASONS, nullable: true })
  reason!: AlertReason | null;

  @ApiProperty({ type: String, nullable: true })
  assignee!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  openedAt!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  resolvedAt!: string | null;

  @ApiProperty({ type: String, nullable: true })
  previousAlertId!: string | null;

  @ApiProperty({ type: [DetectionView] })
  detections!: DetectionView[];

  @ApiPropertyOptional({ type: [TimelineView], description: 'on one alert alone, oldest first' })
  timeline?: TimelineView[];
}

/** One alert as JSON answers it. */
export class AlertAnswer {
  @ApiProperty({ type: AlertView })
  data!: AlertView;
}

/** A page of alerts as JSON answers it. */
export class AlertListAnswer {
  @ApiProperty({ type: [AlertView] })
  data!: AlertView[];

  @ApiProperty({ type: Object, example: { total: 1, limit: 50, nextCursor: null } })
  meta!: { total: number; limit: number; nextCursor: string | null };
}

/** @param timeline on one alert; a list leaves it out */
export function alertView(
  { alert, platform, detections }: EnrichedAlert,
  timeline?: readonly TimelineEntry[],
): AlertView {
  const { name, url } = platform;
  return Object.assign(new AlertView(), {
    id: showId(alert.id),
    version: alert.version,
    platform: Object.assign(new AlertPlatformView(), { id: showId(platform.id), name, url }),
    state: alert.state,
    severity: alert.severity,
    reason: alert.reason,
    assignee: alert.assignee,
    openedAt: alert.openedAt.toISOString(),
    updatedAt: alert.updatedAt.toISOString(),
    resolvedAt: alert.resolvedAt?.toISOString() ?? null,
    previousAlertId: alert.previousAlertId === null ? null : showId(alert.previousAlertId),
    detections: detections.map(detectionView),
    ...(timeline ? { timeline: timeline.map(timelineView) } : {}),
  });
}

function detectionView({ detection, engine, vendor }: EnrichedDetection): DetectionView {
  const { id, category, result, method, state, firstSeenAt, lastSeenAt } = detection;
  return Object.assign(new DetectionView(), {
    id: showId(id),
    engine,
    category,
    result,
    method,
    state,
    firstSeenAt: firstSeenAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    dispute: disputeView(detection.dispute),
    vendor: vendor && vendorView(vendor),
  });
}

function disputeView(dispute: Dispute | null | undefined): DisputeView {
  return Object.assign(new DisputeView(), disputeFacts(dispute), {
    reportedAt: dispute?.reportedAt.toISOString() ?? null,
    reportedBy: dispute?.reportedBy ?? null,
    answer: dispute?.answer ?? null,
    answeredAt: dispute?.answeredAt?.toISOString() ?? null,
    closedAt: dispute?.closedAt?.toISOString() ?? null,
  });
}

function vendorView({ id, name, contact, comments }: Vendor): DetectionVendorView {
  return Object.assign(new DetectionVendorView(), { id: showId(id), name, contact, comments });
}

function timelineView(entry: TimelineEntry): TimelineView {
  const { id, at, actor, kind, version, data } = entry;
  return Object.assign(new TimelineView(), {
    id: showId(id),
    at: at.toISOString(),
    actor,
    kind,
    version,
    text: timelineText(entry),
    data,
  });
}

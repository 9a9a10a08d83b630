import { ApiProperty, ApiPropertyOptional } from '../web/api-doc.js';
import { showId } from '../web/ids.js';
import { translator } from '../web/translator.js';
import type { Platform, PlatformState } from './platform.entity.js';
import { nextScanAt, platformState } from './platform-state.rules.js';
import { parsePlatformUrl } from './platform-url.rules.js';

/** What a platform's view depends on beside the platform. */
export interface PlatformViewContext {
  now: Date;
  /** Days from scan to scan. */
  frequencyDays: number;
  isIntegrationActive: boolean;
}

/** A platform as JSON and pages show it. */
export class PlatformView {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ description: 'as typed' })
  url!: string;

  @ApiProperty()
  active!: boolean;

  @ApiProperty()
  ownerName!: string;

  @ApiProperty()
  ownerEmail!: string;

  @ApiProperty({ type: [String] })
  tags!: string[];

  @ApiProperty()
  notes!: string;

  @ApiProperty({ enum: ['flagged', 'clean', 'unknown'] })
  state!: PlatformState;

  @ApiProperty({ description: 'the last conclusive scan is more than two periods ago' })
  stale!: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastScannedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  nextScanAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  archivedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiPropertyOptional({ description: 'what to think about: the query looks like it has a secret' })
  warning?: string;
}

/** One platform as JSON answers it. */
export class PlatformAnswer {
  @ApiProperty({ type: PlatformView })
  data!: PlatformView;
}

/** A page of platforms as JSON answers it. */
export class PlatformListAnswer {
  @ApiProperty({ type: [PlatformView] })
  data!: PlatformView[];

  @ApiProperty({ type: Object, example: { total: 1, limit: 50, nextCursor: null } })
  meta!: { total: number; limit: number; nextCursor: string | null };
}

/** A platform as it stands in that context; the service's `viewContext` gives it. */
export function platformView(platform: Platform, context: PlatformViewContext): PlatformView {
  const { now, frequencyDays, isIntegrationActive } = context;
  const { state, isStale } = platformState(platform, now, frequencyDays);
  return Object.assign(new PlatformView(), {
    id: showId(platform.id),
    name: platform.name,
    url: platform.url,
    active: platform.isActive,
    ownerName: platform.ownerName,
    ownerEmail: platform.ownerEmail,
    tags: platform.tags,
    notes: platform.notes,
    state,
    stale: isStale,
    lastScannedAt: platform.lastScannedAt?.toISOString() ?? null,
    nextScanAt: nextScanAt(platform, frequencyDays, isIntegrationActive)?.toISOString() ?? null,
    archivedAt: platform.archivedAt?.toISOString() ?? null,
    createdAt: platform.createdAt.toISOString(),
    ...warningOf(platform.url),
  });
}

function warningOf(url: string): { warning?: string } {
  const parsed = parsePlatformUrl(url);
  if ('complaint' in parsed || !parsed.warning) return {};
  return { warning: translator()(parsed.warning) };
}

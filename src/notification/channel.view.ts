import { ApiProperty, ApiPropertyOptional } from '../web/api-doc.js';
import { showId } from '../web/ids.js';
import { readSentence } from '../web/kept-sentence.js';
import { CHOSEN_TYPES, MODES } from './channel.dto.js';
import type { Channel, ChannelMode } from './channel.entity.js';
import type { ChannelState } from './channel-states.service.js';
import { KIND_NAMES } from './kinds/kinds.js';
import type { EventType } from './message.js';
import { SEVERITIES, type Severity } from './severity.rules.js';

/** A channel as JSON and pages show it; nothing secret is part of it. */
export class ChannelView {
  @ApiProperty() id!: string;
  @ApiProperty({ enum: KIND_NAMES }) kind!: string;
  @ApiProperty() name!: string;
  @ApiProperty() active!: boolean;
  @ApiProperty({ type: String, nullable: true, description: 'why Oju itself made it inactive' })
  inactiveReason!: string | null;
  @ApiProperty({ enum: MODES }) mode!: ChannelMode;
  @ApiProperty() digestMinutes!: number;
  @ApiProperty({ enum: SEVERITIES }) minSeverity!: Severity;
  @ApiProperty({ type: [String] }) tags!: string[];
  @ApiProperty({ type: [String] }) owners!: string[];
  @ApiProperty({ enum: CHOSEN_TYPES, isArray: true, description: 'none: all' })
  eventTypes!: EventType[];
  @ApiProperty() tellOwner!: boolean;
  @ApiProperty() reminderDays!: number;
  @ApiProperty({ type: String, nullable: true }) quietFrom!: string | null;
  @ApiProperty({ type: String, nullable: true }) quietTo!: string | null;
  @ApiProperty() quietZone!: string;
  @ApiProperty({
    type: Object,
    description:
      'email: { to }. webhook: { url, formerSecretUntil }. slack: { host, urlHint }, the last four characters',
  })
  config!: object;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastDeliveredAt!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'of what is not delivered yet' })
  lastError!: string | null;
  @ApiProperty({ type: String, format: 'date-time' }) createdAt!: string;
  @ApiProperty({ type: String, format: 'date-time' }) updatedAt!: string;
  @ApiPropertyOptional({ description: 'a secret that was made just now: shown this once' })
  secret?: string;
}

/** One channel as JSON answers it. */
export class ChannelAnswer {
  @ApiProperty({ type: ChannelView }) data!: ChannelView;
}

/** A page of channels as JSON answers it. */
export class ChannelListAnswer {
  @ApiProperty({ type: [ChannelView] }) data!: ChannelView[];
  @ApiProperty({ type: Object, example: { total: 1, limit: 50, nextCursor: null } })
  meta!: { total: number; limit: number; nextCursor: string | null };
}

/** What became of a test. */
export class ChannelTestView {
  @ApiProperty() delivered!: boolean;
  @ApiProperty({ type: Number, nullable: true, description: "HTTP's or SMTP's, if there was one" })
  status!: number | null;
  @ApiProperty({ description: 'in plain words' }) reason!: string;
}

/** What a test is answered. */
export class ChannelTestAnswer {
  @ApiProperty({ type: ChannelTestView }) data!: ChannelTestView;
}

/** @param made a secret to be shown this once */
export function channelView(
  channel: Channel,
  state: ChannelState | undefined,
  made: string | null = null,
): ChannelView {
  return Object.assign(new ChannelView(), {
    id: showId(channel.id),
    kind: channel.kind,
    name: channel.name,
    active: channel.isActive,
    inactiveReason: readSentence(channel.inactiveReason),
    mode: channel.mode,
    digestMinutes: channel.digestMinutes,
    minSeverity: channel.minSeverity,
    tags: channel.tags,
    owners: channel.owners,
    eventTypes: channel.eventTypes ?? [],
    tellOwner: channel.tellsOwner,
    reminderDays: channel.reminderDays,
    quietFrom: channel.quietFrom,
    quietTo: channel.quietTo,
    quietZone: channel.quietZone,
    config: channel.config,
    lastDeliveredAt: state?.lastDeliveredAt?.toISOString() ?? null,
    lastError: readSentence(state?.lastError ?? null),
    createdAt: channel.createdAt.toISOString(),
    updatedAt: channel.updatedAt.toISOString(),
    ...(made === null ? {} : { secret: made }),
  });
}

import { ApiProperty } from '../../web/api-doc.js';
import { showId } from '../../web/ids.js';
import { readSentence } from '../../web/kept-sentence.js';
import { EVENT_TYPES, type EventType } from '../message.js';
import { SEVERITIES, type Severity } from '../severity.rules.js';
import type { AttemptOutcome, DeliveryAttempt } from './delivery-attempt.entity.js';
import { DELIVERY_STATES } from './delivery.dto.js';
import type { DeliveryState } from './delivery.entity.js';
import type { TriedDelivery } from './delivery.service.js';

/** One try at a delivery. */
export class AttemptView {
  @ApiProperty({ type: String, format: 'date-time' })
  at!: string;

  @ApiProperty({ type: Number, nullable: true, description: 'how long it took' })
  ms!: number | null;

  @ApiProperty({
    enum: ['delivered', 'failed', 'unknown'],
    description: 'unknown: under way, or the process ended meanwhile',
  })
  outcome!: AttemptOutcome;

  @ApiProperty({ type: Number, nullable: true, description: "HTTP's or SMTP's number" })
  status!: number | null;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;
}

/** One message on its way to one channel. */
export class DeliveryView {
  @ApiProperty() id!: string;

  @ApiProperty() channelId!: string;

  @ApiProperty({ description: "a platform's owner; empty for the channel's own recipients" })
  recipient!: string;

  @ApiProperty({ description: 'the webhook-id; the local part of Message-ID' })
  messageId!: string;

  @ApiProperty({ enum: EVENT_TYPES })
  type!: EventType;

  @ApiProperty({ enum: SEVERITIES, nullable: true })
  severity!: Severity | null;

  @ApiProperty({ enum: DELIVERY_STATES })
  state!: DeliveryState;

  @ApiProperty({ type: String, nullable: true, description: 'why the last try failed' })
  reason!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  nextAttemptAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  deliveredAt!: string | null;

  @ApiProperty({ type: [AttemptView], description: 'the first first' })
  attempts!: AttemptView[];
}

/** One delivery as JSON answers it. */
export class DeliveryAnswer {
  @ApiProperty({ type: DeliveryView })
  data!: DeliveryView;
}

/** A page of deliveries as JSON answers it. */
export class DeliveryListAnswer {
  @ApiProperty({ type: [DeliveryView] })
  data!: DeliveryView[];

  @ApiProperty({ type: Object, example: { total: 1, limit: 50, nextCursor: null } })
  meta!: { total: number; limit: number; nextCursor: string | null };
}

export function deliveryView({ delivery, attempts }: TriedDelivery): DeliveryView {
  const { id, channelId, recipient, messageId, type, severity, state, reason } = delivery;
  return Object.assign(new DeliveryView(), {
    id: showId(id),
    channelId: showId(channelId),
    recipient,
    messageId,
    type,
    severity,
    state,
    reason: readSentence(reason),
    createdAt: delivery.createdAt.toISOString(),
    nextAttemptAt: state === 'pending' ? delivery.nextAttemptAt.toISOString() : null,
    deliveredAt: delivery.deliveredAt?.toISOString() ?? null,
    attempts: attempts.map(attemptView),
  });
}

function attemptView({ at, ms, outcome, status, reason }: DeliveryAttempt): AttemptView {
  return Object.assign(new AttemptView(), {
    at: at.toISOString(),
    ms,
    outcome,
    status,
    reason: readSentence(reason),
  });
}

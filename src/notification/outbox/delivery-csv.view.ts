import { showId } from '../../web/ids.js';
import { readSentence } from '../../web/kept-sentence.js';
import type { CsvColumns } from '../../web/list-csv.js';
import type { TriedDelivery } from './delivery.service.js';

/** Deliveries as a file has them. */
export const DELIVERY_COLUMNS: CsvColumns<TriedDelivery> = {
  id: ({ delivery }) => showId(delivery.id),
  channelId: ({ delivery }) => showId(delivery.channelId),
  recipient: ({ delivery }) => delivery.recipient,
  messageId: ({ delivery }) => delivery.messageId,
  type: ({ delivery }) => delivery.type,
  severity: ({ delivery }) => delivery.severity,
  state: ({ delivery }) => delivery.state,
  reason: ({ delivery }) => readSentence(delivery.reason, 'en'),
  createdAt: ({ delivery }) => delivery.createdAt,
  nextAttemptAt: ({ delivery }) => (delivery.state === 'pending' ? delivery.nextAttemptAt : null),
  deliveredAt: ({ delivery }) => delivery.deliveredAt,
  attempts: ({ attempts }) => attempts.length,
};

import { showId } from '../web/ids.js';
import type { CsvColumns } from '../web/list-csv.js';
import { disputeFacts } from './dispute-facts.js';
import type { ListedDispute } from './dispute-list.service.js';

/** Disputes as a file has them. */
export const DISPUTE_COLUMNS: CsvColumns<ListedDispute> = {
  engine: ({ dispute }) => dispute.engine?.name ?? '',
  platformId: ({ dispute }) => showId(dispute.platformId),
  platform: ({ dispute }) => dispute.platform?.name ?? '',
  url: ({ dispute }) => dispute.platform?.url ?? '',
  alertId: ({ detection }) => (detection?.alertId == null ? null : showId(detection.alertId)),
  state: ({ dispute }) => dispute.state,
  contact: ({ dispute }) => dispute.contact,
  reference: ({ dispute }) => dispute.reference,
  reportedAt: ({ dispute }) => dispute.reportedAt,
  reportedBy: ({ dispute }) => dispute.reportedBy,
  followUpOn: ({ dispute, isWaitedFor }) => (isWaitedFor ? disputeFacts(dispute).followUpOn : null),
  answer: ({ dispute }) => dispute.answer,
  answeredAt: ({ dispute }) => dispute.answeredAt,
  closedAt: ({ dispute }) => dispute.closedAt,
};

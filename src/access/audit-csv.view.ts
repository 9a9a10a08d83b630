import type { CsvColumns } from '../web/list-csv.js';
import type { AuditEntry } from './audit-entry.entity.js';

/** The audit trail as a file has it. */
export const AUDIT_COLUMNS: CsvColumns<AuditEntry> = {
  at: ({ at }) => at,
  actorKind: ({ actorKind }) => actorKind,
  actorId: ({ actorId }) => actorId,
  actorName: ({ actorName }) => actorName,
  address: ({ address }) => address,
  action: ({ action }) => action,
  subjectKind: ({ subjectKind }) => subjectKind,
  subjectId: ({ subjectId }) => subjectId,
  subjectLabel: ({ subjectLabel }) => subjectLabel,
  before: ({ valuesBefore }) => valuesBefore,
  after: ({ valuesAfter }) => valuesAfter,
};

import { Between, type Repository } from 'typeorm';
import { differences } from '../../access/audit-fields.rules.js';
import type { AuditRecord } from '../../access/audit-trail.service.js';
import type { ImportRow } from './import-row.entity.js';
import type { RowBatch } from './row-batch.js';

/**
 * So many rows of an import have a line each in the audit trail. Of a larger one the trail has the
 * counts and the digest of the file alone: a hundred thousand lines would keep every writer waiting.
 */
export const MOST_AUDITED_ROWS = 1000;

/** The rows of a batch, for lines of their own. */
export async function batchRows<R extends ImportRow>(
  rows: Repository<R>,
  { importId, outcome, from, to }: RowBatch,
): Promise<R[]> {
  return rows
    .createQueryBuilder('row')
    .where({ importId, outcome, id: Between(from, to) })
    .orderBy('row.id')
    .getMany();
}

/** How a thing stood before an import, and stands after it. */
interface Imported {
  kind: 'vendor' | 'platform';
  subject: NonNullable<AuditRecord['subject']>;
  /** Null for one that was not there. */
  before: Record<string, unknown> | null;
  isRevived: boolean;
  after: Record<string, unknown>;
}

/** The line that tells of it, as a change by hand would; none when nothing changed. */
export function importedLine({
  kind,
  subject,
  before,
  isRevived,
  after,
}: Imported): AuditRecord | null {
  if (before === null) return { action: `${kind}.created`, subject, after };
  if (isRevived) return { action: `${kind}.revived`, subject, after };
  const changed = differences(before, after);
  return changed && { action: `${kind}.changed`, subject, ...changed };
}

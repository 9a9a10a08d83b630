import type { AuditRecord } from '../access/audit-trail.service.js';
import type { TimelineLine } from './timeline.service.js';

/** What the audit trail is told of a change of an alert, from the lines of its timeline. */
export function alertAudit(
  { id, platform }: { id: number; platform?: { name: string } },
  lines: readonly TimelineLine[],
): AuditRecord {
  const before: Record<string, unknown> = {};
  const after: Record<string, unknown> = {};
  for (const { kind, data = {} } of lines) {
    if (kind === 'state_changed' || kind === 'severity_changed') {
      const field = kind === 'state_changed' ? 'state' : 'severity';
      before[field] = data.from;
      after[field] = data.to;
      if (data.reason) after.reason = data.reason;
    } else if (kind === 'engine_renamed') {
      before.engine = data.from;
      after.engine = data.engine;
    } else if (kind === 'dispute_changed') {
      const { engine, from, state, contact, reference, followUpOn, isAskedAgain } = data;
      before.dispute = { engine, state: from };
      after.dispute = { engine, state, contact, reference, followUpOn, isAskedAgain };
    } else if (kind === 'assigned') after.assignee = data.assignee;
    else if (kind === 'comment') after.comment = data.text;
  }
  const isComment = lines.every(({ kind }) => kind === 'comment');
  return {
    action: isComment ? 'alert.commented' : 'alert.changed',
    subject: { kind: 'alert', id, label: platform?.name },
    ...(Object.keys(before).length > 0 ? { before } : {}),
    after,
  };
}

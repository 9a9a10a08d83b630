import type { FieldLabels } from '../web/field-message.rules.js';

/** What the form of a dispute calls its fields. */
export const DISPUTE_LABELS: FieldLabels = {
  state: 'dispute.stateLabel',
  contact: 'dispute.contact',
  reference: 'dispute.reference',
  followUpOn: 'dispute.followUpOn',
  note: 'dispute.note',
};

const FIELDS = ['state', 'contact', 'reference', 'followUpOn', 'note'] as const;

/**
 * A posted form that changes a dispute, as the JSON body that means the same. What is of no form
 * that a browser sends goes on for the DTO to refuse.
 */
export function disputeFromForm(form: Record<string, unknown>): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const field of FIELDS) {
    const value = form[field];
    // Browsers send two characters for every line break, which would count as two.
    if (value !== undefined) {
      body[field] = typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value;
    }
  }
  if (typeof body.note === 'string' && body.note.trim() === '') delete body.note;
  const { version } = form;
  if (version !== undefined && version !== '') {
    const isWhole = typeof version === 'string' && /^\d{1,10}$/.test(version);
    body.version = isWhole ? Number(version) : version;
  }
  return body;
}

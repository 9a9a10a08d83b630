import type { FieldLabels } from '../web/field-message.rules.js';

/** What the forms of an alert call their fields. */
export const ALERT_LABELS: FieldLabels = {
  state: 'alert.stateLabel',
  reason: 'alert.reasonLabel',
  assignee: 'alert.assignee',
  note: 'alert.note',
  text: 'alert.comment',
};

const FIELDS = ['state', 'assignee'] as const;

// A plus sign in an address stands for a blank, and few clients write it as %2B.
const INSTANT =
  /^[12]\d{3}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+ -]\d{2}:\d{2}))?$/;

/**
 * A posted form that changes an alert, as the JSON body that means the same. A field that the form
 * did not send is left out; what is of no form that a browser sends goes on for the DTO to refuse.
 */
export function alertChangeFromForm(form: Record<string, unknown>): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const field of FIELDS) if (form[field] !== undefined) body[field] = form[field];
  if (form.reason !== undefined && form.reason !== '') body.reason = form.reason;
  if (form.note !== undefined && !isBlank(form.note)) body.note = withoutCarriageReturns(form.note);
  if (form.version !== undefined && form.version !== '') body.version = wholeNumber(form.version);
  return body;
}

/** A posted comment as the JSON body that means the same. */
export function commentFromForm(form: Record<string, unknown>): Record<string, unknown> {
  return { text: withoutCarriageReturns(form.text) };
}

/** The moment that an ISO 8601 text in UTC or with an offset names; null for any other text. */
export function readInstant(text: unknown): Date | null {
  if (typeof text !== 'string' || !INSTANT.test(text)) return null;
  const instant = new Date(text.replace(' ', '+'));
  return Number.isNaN(instant.getTime()) ? null : instant;
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}

/** Browsers send two characters for every line break, which would count as two. */
function withoutCarriageReturns(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value;
}

function wholeNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
}

const TEXT_FIELDS = ['name', 'url', 'ownerName', 'ownerEmail'] as const;

/**
 * A posted platform form as the JSON body that means the same. A field that the form did not send
 * is left out; what is of no form that a browser sends goes on as it is, for the DTO to refuse.
 */
export function platformFromForm(form: Record<string, unknown>): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const field of TEXT_FIELDS) {
    if (form[field] !== undefined) body[field] = form[field];
  }
  if (form.active !== undefined) body.active = checkbox(form.active);
  if (form.tags !== undefined) body.tags = commaList(form.tags);
  if (form.notes !== undefined) body.notes = withoutCarriageReturns(form.notes);
  return body;
}

/** Whether the box is to be shown ticked, from a posted form or a platform's values. */
export function isTicked(active: unknown): boolean {
  return checkbox(active) === true;
}

/** The form has a hidden `false` before its box, since a browser says nothing of an empty one. */
function checkbox(value: unknown): unknown {
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  if (last === 'true' || last === 'on' || last === '1') return true;
  return last === 'false' || last === '0' ? false : last;
}

/** What is between commas, without what is empty; other than text goes on as it is. */
export function commaList(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

/** Browsers send two characters for every line break, which would count as two. */
function withoutCarriageReturns(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value;
}

import type { FieldLabels } from '../web/field-message.rules.js';

/** What the form of the settings calls its fields. */
export const SETTINGS_LABELS: FieldLabels = {
  apiKey: 'integration.form.apiKey',
  active: 'integration.form.active',
  scanFrequencyDays: 'integration.form.frequency',
  requestsPerMinute: 'integration.form.requestsPerMinute',
  requestsPerDay: 'integration.form.requestsPerDay',
  requestsPerMonth: 'integration.form.requestsPerMonth',
  reservePercent: 'integration.form.reserve',
  alertThreshold: 'integration.form.threshold',
  keepDetailsDays: 'integration.form.keepDetails',
};

const NUMBER_FIELDS = [
  'scanFrequencyDays',
  'requestsPerMinute',
  'requestsPerDay',
  'requestsPerMonth',
  'reservePercent',
  'alertThreshold',
] as const;

/**
 * The settings form as the JSON body it stands for. An empty key keeps the stored one, an empty age
 * keeps details for good; text that is no number stays text, for the validation to name.
 */
export function settingsFromForm(form: Record<string, unknown>): Record<string, unknown> {
  const body: Record<string, unknown> = { ...form, active: form.active !== undefined };
  delete body._csrf;
  delete body.removeApiKey;
  for (const field of NUMBER_FIELDS) {
    const text = form[field];
    if (typeof text === 'string') body[field] = wholeNumber(text);
  }
  const keep = form.keepDetailsDays;
  if (typeof keep === 'string')
    body.keepDetailsDays = keep.trim() === '' ? null : wholeNumber(keep);
  if (typeof form.apiKey === 'string') {
    const key = form.apiKey.trim();
    if (key === '') delete body.apiKey;
    else body.apiKey = key;
  }
  if (form.removeApiKey !== undefined) body.apiKey = null;
  return body;
}

function wholeNumber(text: string): unknown {
  return /^\s*-?\d+\s*$/.test(text) ? Number(text) : text;
}

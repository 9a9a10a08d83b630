import { dayText, momentText } from '../web/moment-text.js';
import { numberText } from '../web/number-text.js';
import { hasString, translator } from '../web/translator.js';
import { FIELD_WORDS, VALUE_WORDS } from './audit-words.js';

const t = translator();

/** As the trail keeps times: `2026-11-26T11:10:49.761Z`. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
/** In characters; the page folds what is longer. */
const LONGEST_SHOWN = 120;

type Values = Readonly<Record<string, unknown>>;

/** What one field of a line became, in words where there are some. */
export interface AuditChange {
  label: string;
  text: string;
  /** The start of a long text; empty for one that is shown whole. */
  start: string;
}

/**
 * What changed, field by field. Of what came to be, what is empty is left out; of what was changed it
 * is said to be none.
 */
export function auditChanges(before: Values, after: Values): AuditChange[] {
  const [was, is] = [flat(before), flat(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((path) => {
    const isReplaced = path in was && path in is;
    const [old, now] = [shown(path, was[path]), shown(path, is[path])];
    if (!isReplaced) return changeOf(path, old || now || whenTakenAway(path, is[path]));
    if (old === now) return changeOf(path, now);
    const none = t('app.none');
    return changeOf(path, t('audit.fromTo', { before: old || none, after: now || none }));
  });
}

/** An alert that is taken from whoever had it: the trail keeps what it became alone. */
function whenTakenAway(path: string, value: unknown): string {
  return path === 'assignee' && value === null ? t('app.none') : '';
}

function changeOf(path: string, text: string): AuditChange[] {
  if (text === '') return [];
  const isLong = text.length > LONGEST_SHOWN;
  const start = isLong ? `${Array.from(text).slice(0, LONGEST_SHOWN).join('')}…` : '';
  return [{ label: labelOf(path), text, start }];
}

/** A part that has fields of its own is as many fields as it has: `dispute.state`. */
function flat(values: Values): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      isPart(value)
        ? Object.entries(value).map(([inner, held]) => [`${name}.${inner}`, held])
        : [[name, value]],
    ),
  );
}

function labelOf(path: string): string {
  const key = FIELD_WORDS[path];
  return key === undefined ? path : t(key);
}

/** Empty for what is nothing. */
function shown(path: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return t(value ? 'app.yes' : 'app.no');
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return wordOf(path, value);
  if (Array.isArray(value)) return value.map((one) => shown(path, one)).join(', ');
  return Object.values(value as Values)
    .map((one) => shown(path, one))
    .join(' ');
}

function wordOf(path: string, text: string): string {
  // What somebody typed may look like a time, and need not be one.
  if (path.endsWith('At') && INSTANT.test(text) && !Number.isNaN(Date.parse(text))) {
    return momentText(new Date(text));
  }
  if (path.endsWith('On')) return dayText(text);
  const key = VALUE_WORDS[path]?.(text).find((one) => hasString(one));
  return key !== undefined && hasString(key) ? t(key) : text;
}

function isPart(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

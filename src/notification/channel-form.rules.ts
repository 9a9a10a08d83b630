import { commaList } from '../platform/platform-form.rules.js';
import type { FieldLabels } from '../web/field-message.rules.js';

type Form = Readonly<Record<string, unknown>>;

const TEXTS = ['name', 'mode', 'minSeverity', 'quietZone'] as const;
const NUMBERS = ['digestMinutes', 'reminderDays'] as const;
const TICKS = ['active', 'tellOwner'] as const;
const LISTS = ['tags', 'owners'] as const;
const TIMES = ['quietFrom', 'quietTo'] as const;

/** What the form of a channel calls its fields. */
export const CHANNEL_LABELS: FieldLabels = {
  kind: 'channel.kindLabel',
  name: 'channel.name',
  active: 'channel.activeLabel',
  'config.to': 'channel.to',
  'config.url': 'channel.url',
  tellOwner: 'channel.tellOwner',
  mode: 'channel.modeLabel',
  digestMinutes: 'channel.digestMinutes',
  reminderDays: 'channel.reminderDays',
  quietFrom: 'channel.quietFrom',
  quietTo: 'channel.quietTo',
  quietZone: 'channel.quietZone',
  minSeverity: 'channel.minSeverity',
  tags: 'channel.tags',
  owners: 'channel.owners',
  eventTypes: 'channel.types',
};

/**
 * A posted form of a channel as the JSON body that means the same; what is of no form that a browser
 * sends goes on as it is, for the DTO to refuse. Fields of `config` are called `config.url` and so on.
 */
export function channelFromForm(form: Form): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  const take = (names: readonly string[], read: (value: unknown) => unknown) => {
    for (const name of names) if (form[name] !== undefined) body[name] = read(form[name]);
  };
  take(TEXTS, (value) => value);
  take(NUMBERS, (value) => (isText(value) && /^\d{1,6}$/.test(value) ? Number(value) : value));
  take(TICKS, ticked);
  take(LISTS, commaList);
  take(TIMES, (value) => (value === '' ? null : value));
  // An empty one stands before the boxes, since a browser says nothing of boxes that are not ticked.
  take(['eventTypes'], (value) => [value].flat().filter((one) => one !== ''));
  return { ...body, config: configOf(form) };
}

/** Whether a box is to be shown ticked, from a posted form or a channel's values. */
export function isTicked(value: unknown): boolean {
  return ticked(value) === true;
}

function configOf(form: Form): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  if (form['config.to'] !== undefined) config.to = commaList(form['config.to']);
  const url = form['config.url'];
  // Where it is a secret the form shows an empty field, which says nothing.
  if (url !== undefined && url !== '') config.url = isText(url) ? url.trim() : url;
  return config;
}

/** The form has a hidden `false` before each box. */
function ticked(value: unknown): unknown {
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  if (last === true || last === 'true' || last === 'on') return true;
  return last === 'false' ? false : last;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

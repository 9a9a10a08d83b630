import type { FormState } from '../web/form.js';
import { translator } from '../web/translator.js';
import { isTicked } from './channel-form.rules.js';
import { CHOSEN_TYPES, MODES } from './channel.dto.js';
import type { ChannelView } from './channel.view.js';
import { KIND_NAMES } from './kinds/kinds.js';
import { SEVERITIES } from './severity.rules.js';

const t = translator();

/** Fields that are not shown again when the form is. */
export const SECRET_FIELDS: readonly string[] = ['config.url'];

const FIRST_VALUES = {
  active: 'true',
  mode: 'digest',
  digestMinutes: '60',
  minSeverity: 'low',
  reminderDays: '7',
  quietZone: 'UTC',
};

/** What the fields of a form hold at first: those of a channel, or of a new one. */
export function valuesOf(view: ChannelView | null): Record<string, unknown> {
  if (!view) return FIRST_VALUES;
  const { config, tags, owners } = view;
  const { to, url } = config as { to?: string[]; url?: string };
  return {
    ...Object.fromEntries(Object.entries(view)),
    tags: tags.join(', '),
    owners: owners.join(', '),
    'config.to': to?.join(', ') ?? '',
    'config.url': url ?? '',
  };
}

/** The page that adds a channel. */
export function newModel(kind: unknown, form: FormState): object {
  const known = KIND_NAMES.find((name) => name === kind) ?? KIND_NAMES[0] ?? '';
  return {
    pageTitle: t('channel.newTitle', { kind: kindName(known) }),
    kinds: KIND_NAMES.filter((name) => name !== known),
    ...fieldsModel(known, form),
    slackUrlHelp: t('channel.slackUrlHelp'),
  };
}

/** The page of a channel, as it is `now`. */
export function editModel(channel: ChannelView, form: FormState, now: Date): object {
  const { name, kind, config } = channel;
  const { urlHint, host, formerSecretUntil } = config as Record<string, string | null | undefined>;
  return {
    pageTitle: t('channel.showTitle', { name }),
    channel,
    isStored: true,
    formerSecretUntil:
      formerSecretUntil && Date.parse(formerSecretUntil) > now.getTime() ? formerSecretUntil : null,
    ...fieldsModel(kind, form),
    slackUrlHelp: slackUrlHelp({ host, urlHint }),
  };
}

/** What to enter, and that a stored one stays. */
function slackUrlHelp({ host, urlHint }: Record<string, string | null | undefined>): string {
  const help = t('channel.slackUrlHelp');
  const stored = { host: host ?? '', hint: urlHint ?? '' };
  return urlHint === undefined ? help : `${help} ${t('channel.slackUrlStored', stored)}`;
}

function fieldsModel(kind: string, form: FormState): object {
  const { values, errors } = form;
  const chosen = [values.eventTypes ?? []].flat();
  const choice = (section: string, code: string, isSelected: boolean) => ({
    value: code,
    label: t(`${section}.${code}` as 'channel.mode.each'),
    isSelected,
  });
  return {
    ...form,
    kind,
    isMail: kind === 'email',
    isWebhook: kind === 'webhook',
    isSlack: kind === 'slack',
    isActive: isTicked(values.active),
    tellsOwner: isTicked(values.tellOwner),
    modes: MODES.map((mode) => choice('channel.mode', mode, mode === values.mode)),
    severities: SEVERITIES.map((one) => choice('alert.severity', one, one === values.minSeverity)),
    types: CHOSEN_TYPES.map((type) => choice('channel.type', type, chosen.includes(type))),
    // Handlebars reads a name with a dot as a way into an object.
    to: { value: values['config.to'], error: errors['config.to'] },
    url: { value: values['config.url'], error: errors['config.url'] },
  };
}

function kindName(kind: string): string {
  return t(`channel.kind.${kind}` as 'channel.kind.email');
}

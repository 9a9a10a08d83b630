import type { StringKey } from '../web/strings/string-key.js';
import { dayText } from '../web/moment-text.js';
import { writtenActor } from '../web/actor-text.js';
import { hasString, translator } from '../web/translator.js';
import { SYSTEM, type TimelineEntry } from './timeline.service.js';

const t = translator();

/** Who made a change, in words. */
export function actorText(actor: string): string {
  return actor === SYSTEM ? t('alert.system') : writtenActor(actor);
}

/** What a line of a timeline tells, in words. Engines' own words in it are as hostile as ever. */
export function timelineText({ kind, data }: Pick<TimelineEntry, 'kind' | 'data'>): string {
  const engine = text(data.engine);
  switch (kind) {
    case 'opened':
    case 'reopened':
    case 'cleared':
    case 'platform_removed':
      return t(`alert.timeline.${kind}`);
    case 'state_changed':
      return stateChangedText(data);
    case 'severity_changed':
      return t('alert.timeline.severity_changed', {
        from: wordOf('severity', data.from),
        to: wordOf('severity', data.to),
      });
    case 'assigned':
      return data.assignee === null
        ? t('alert.timeline.unassigned')
        : t('alert.timeline.assigned', { assignee: text(data.assignee) });
    case 'comment':
      return text(data.text);
    case 'detection_added':
      return data.isAccepted === true
        ? t('alert.timeline.detection_added_accepted', { engine, flag: flagText(data) })
        : t('alert.timeline.detection_added', { engine, flag: flagText(data) });
    case 'detection_changed':
      return data.isAccepted === true
        ? t('alert.timeline.detection_changed_accepted', { engine, flag: flagText(data) })
        : t('alert.timeline.detection_changed', { engine, flag: flagText(data) });
    case 'detection_cleared':
    case 'detection_silent':
    case 'detection_heard':
      return t(`alert.timeline.${kind}`, { engine });
    case 'dispute_changed':
      return disputeText(data);
    case 'dispute_closed':
      return t('dispute.timeline.closed', { engine });
    case 'confirmation_begun':
      return t('alert.timeline.confirmation_begun', { scan: text(data.scan) });
    case 'engine_renamed':
      return t('alert.timeline.engine_renamed', { from: text(data.from), engine });
  }
}

function stateChangedText(data: Record<string, unknown>): string {
  const words = { from: wordOf('state', data.from), to: wordOf('state', data.to) };
  return typeof data.reason === 'string'
    ? t('alert.timeline.state_changed_why', { ...words, reason: wordOf('reason', data.reason) })
    : t('alert.timeline.state_changed', words);
}

/** What was recorded of a dispute, with what of it is known. */
function disputeText(data: Record<string, unknown>): string {
  const state = text(data.state);
  const isEdited = data.from === data.state;
  const kind = data.isAskedAgain === true ? 'askedAgain' : isEdited ? 'edited' : state;
  const words = { engine: text(data.engine), contact: text(data.contact) };
  const parts = [
    t(`dispute.timeline.${kind}` as StringKey, words),
    ...(text(data.reference) === ''
      ? []
      : [t('dispute.timeline.reference', { reference: text(data.reference) })]),
    ...(text(data.followUpOn) === ''
      ? []
      : [t('dispute.timeline.followUpOn', { day: dayText(text(data.followUpOn)) })]),
  ];
  return parts.join(' ');
}

/** `malicious (phishing site)`, or the category alone when the engine said no more. */
export function flagText({ category, result }: Record<string, unknown>): string {
  const key = `alert.timeline.flag.${text(category)}`;
  const word = hasString(key) ? t(key) : text(category);
  const more = text(result);
  return more === '' || more === category ? word : `${word} (${more})`;
}

function wordOf(section: 'state' | 'severity' | 'reason', code: unknown): string {
  return t(`alert.${section}.${text(code)}` as StringKey);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

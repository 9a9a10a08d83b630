import { contactParts } from '../vendor/contact-parts.rules.js';
import { spellingPair } from '../vendor/spelling.rules.js';
import type { FormState } from '../web/form.js';
import { showId } from '../web/ids.js';
import { hasString, translator } from '../web/translator.js';
import type { AlertDossier } from './alert-dossier.service.js';
import type { Alert } from './alert.entity.js';
import {
  type AlertState,
  DETECTION_STATES,
  isSettled,
  type NextState,
  nextStates,
  REASONS_BY_HAND,
} from './alert.rules.js';
import { guidanceView } from './guidance.view.js';
import { alertView, type AlertView, type DetectionView } from './alert.view.js';
import { disputeForm } from './dispute-page.view.js';
import { isStanding } from './dispute-facts.js';
import { virusTotalPage } from '../platform/virustotal-page.js';
import { timelineRows } from './timeline-rows.js';
import type { TimelineEntry } from './timeline.service.js';
import { typedOr } from './typed-field.rules.js';

const t = translator();

/** A form in each of many rows makes a page that is slow to come: more lead to one of their own. */
const MOST_FORMS = 10;

/** So many detections stand open; the others are unfolded, or the page would be many screens long. */
const MOST_OPEN = 10;

/** So many results are told apart; the table has all. */
const MOST_RESULTS = 5;

/** So many engines are named for one result; the table has all. */
const ENGINES_A_RESULT = 5;

/**
 * What the page of one alert shows, as far as alerts know.
 * @param form the form that was sent, or a fresh one
 */
export function alertPage(
  { enriched, timeline, similar, others, today }: AlertDossier,
  form: FormState,
): object {
  const alert = alertView(enriched);
  const standing = new Set(
    enriched.detections.flatMap(({ detection }) =>
      isStanding(detection) ? showId(detection.id) : [],
    ),
  );
  const vendors = new Map(enriched.detections.map(({ engine, vendor }) => [engine, vendor]));
  const detections = inOrder(alert.detections).map((detection) =>
    Object.assign(detection, {
      contactParts: contactParts(contactText(detection)),
      contactState: detection.vendor?.contact
        ? (vendors.get(detection.engine)?.contactState ?? '')
        : '',
      nearMisses: (similar.get(detection.engine) ?? []).map(({ id, name }) => ({
        vendorId: showId(id),
        alertId: alert.id,
        engine: detection.engine,
        ...spellingPair(name, detection.engine),
      })),
      disputeForm: disputeForm({
        alertId: alert.id,
        version: alert.version,
        detection,
        isStanding: standing.has(detection.id),
        today,
        isElsewhere: alert.detections.length > MOST_FORMS,
      }),
      addVendorHref: `/vendor/new?${new URLSearchParams({ name: detection.engine }).toString()}`,
    }),
  );
  return {
    ...form,
    pageTitle: t('alert.showTitle', { id: alert.id, platform: alert.platform.name }),
    alert,
    owner: { name: enriched.platform.ownerName, email: enriched.platform.ownerEmail },
    enginesText: enginesText(alert),
    isHeldBySilent: isHeldBySilent(alert),
    resultRows: resultRows(alert),
    guidance: isSettled(alert.state) ? null : guidanceView(alert),
    detections: detections.slice(0, MOST_OPEN),
    moreDetections: detections.slice(MOST_OPEN),
    virusTotalHref: virusTotalPage(enriched.platform.virusTotalUrlId) ?? '',
    others: others.map(otherRow),
    timeline: timelineRows(timeline),
    changedMeanwhile: timelineRows(changedMeanwhile(alert, timeline, form)),
    change: changeForm(alert, form),
  };
}

/** What the engines that flag now call it, the result that most give first. */
function resultRows({ detections }: AlertView): object[] {
  const engines = new Map<string, Set<string>>();
  for (const { engine, category, result, state } of detections) {
    if (state === 'cleared') continue;
    const name = resultText(category, result);
    engines.set(name, (engines.get(name) ?? new Set()).add(engine));
  }
  const rows = [...engines]
    .map(([result, names]) => ({ result, names: [...names] }))
    .sort((a, b) => b.names.length - a.names.length);
  const more = rows.length - MOST_RESULTS;
  return [
    ...rows.slice(0, MOST_RESULTS).map(({ result, names }) => ({
      words: t('alert.resultOf', { result, count: names.length, engines: listed(names) }),
    })),
    ...(more > 0 ? [{ words: t('alert.moreResults', { count: more }) }] : []),
  ];
}

/** What an engine called it; its category in words where it said no more. */
export function resultText(category: string, result: string | null): string {
  if (result !== null && result !== '' && result !== category) return result;
  const key = `alert.category.${category}`;
  return hasString(key) ? t(key) : category;
}

function listed(names: readonly string[]): string {
  const more = names.length - ENGINES_A_RESULT;
  const shown = names.slice(0, ENGINES_A_RESULT).join(', ');
  return more > 0 ? `${shown} ${t('alert.moreEngines', { count: more })}` : shown;
}

/** Another alert of the platform. */
function otherRow({ id, state, severity, reason, openedAt, resolvedAt }: Alert): object {
  return { id: showId(id), state, severity, reason, openedAt, resolvedAt };
}

/** No scan will clear it any more: nobody that flagged it answers. */
function isHeldBySilent({ state, detections }: AlertView): boolean {
  const has = (wanted: string) => detections.some((one) => one.state === wanted);
  return !isSettled(state) && has('silent') && !has('detected');
}

/** How many engines flag now, those that count and the rest apart. */
function enginesText({ detections }: AlertView): string {
  const engines = (state: string) =>
    new Set(detections.filter((one) => one.state === state).map((one) => one.engine)).size;
  const parts = [t('alert.engines', { count: engines('detected') })];
  if (engines('silent') > 0) parts.push(t('alert.enginesSilent', { count: engines('silent') }));
  if (engines('accepted') > 0) {
    parts.push(t('alert.enginesAccepted', { count: engines('accepted') }));
  }
  return parts.join(', ');
}

/** Whom to contact about a detection, or that nobody is known. */
export function contactText({ vendor }: DetectionView): string {
  if (!vendor) return t('alert.noVendor');
  return vendor.contact === '' ? t('alert.noContact') : vendor.contact;
}

/** Those that need work first, then in the order they came. */
export function inOrder(detections: readonly DetectionView[]): DetectionView[] {
  const rank = ({ state }: DetectionView) => DETECTION_STATES.indexOf(state);
  return [...detections].sort((a, b) => rank(a) - rank(b));
}

/** What others did since the page was made that the form was sent from. */
function changedMeanwhile(
  { version }: AlertView,
  timeline: readonly TimelineEntry[],
  { values }: FormState,
): TimelineEntry[] {
  const known = typeof values.version === 'string' ? Number(values.version) : version;
  return known < version ? timeline.filter((entry) => entry.version > known) : [];
}

/** The form that changes an alert: the states it may have next, and what was typed. */
function changeForm({ state, assignee, version }: AlertView, { values }: FormState): object {
  const allowed = nextStates(state);
  const typedState = typedOr(values, 'state', state);
  const asked = allowed.find((next) => next === typedState) ?? state;
  return {
    version,
    was: { state, assignee: assignee ?? '' },
    states: [
      { value: state, label: t('alert.keepState', { state: t(`alert.state.${state}`) }), help: '' },
      ...allowed.map((next) => ({
        value: next,
        label: t(`alert.change.${changeKey(state, next)}`),
        help: t(`alert.changeHelp.${changeKey(state, next)}`),
      })),
    ].map((choice) => ({ ...choice, isChosen: choice.value === asked })),
    reasons: allowed.includes('resolved')
      ? REASONS_BY_HAND.map((reason) => ({
          value: reason,
          label: t(`alert.reasonHelp.${reason}`),
          isChosen: values.reason === reason,
        }))
      : [],
    note: values.note ?? '',
    assignee: typedOr(values, 'assignee', assignee ?? ''),
    text: values.text ?? '',
  };
}

function changeKey(from: AlertState, to: NextState): NextState | 'reopen' {
  return isSettled(from) ? 'reopen' : to;
}

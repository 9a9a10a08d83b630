import type { FormState } from '../web/form.js';
import { translator } from '../web/translator.js';
import type { EnrichedAlert } from './alert-enrichment.service.js';
import { contactText, inOrder, resultText } from './alert-page.view.js';
import type { AlertPageQuery } from './alert-query.dto.js';
import { ALERT_STATES, REASONS_BY_HAND } from './alert.rules.js';
import { alertView } from './alert.view.js';

const t = translator();

/** So many engines a row of the list names; the alert's own page has all. */
const ENGINES_A_ROW = 5;

const CONTACT_LENGTH_IN_LIST = 120;

/** An alert as a row of the list. @param chosen the boxes that were ticked, as `id:version` */
export function alertRow(enriched: EnrichedAlert, chosen: ReadonlySet<string>): object {
  const alert = alertView(enriched);
  const standing = alert.detections.filter(({ state }) => state !== 'cleared');
  const shown = inOrder(standing.length > 0 ? standing : alert.detections);
  const choice = `${alert.id}:${alert.version}`;
  return Object.assign(alert, {
    choice,
    isChosen: chosen.has(choice),
    engines: shown.slice(0, ENGINES_A_ROW).map((detection) =>
      Object.assign(detection, {
        said: resultText(detection.category, detection.result),
        contact: shortened(contactText(detection)),
      }),
    ),
    moreEngines: Math.max(0, shown.length - ENGINES_A_ROW),
  });
}

/** What the list was asked for, as its address says it. */
export function askedOf(query: AlertPageQuery): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query as Record<string, string | number | undefined>).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
}

/** The form that changes several alerts, with what was typed. */
export function bulkForm({ values }: FormState): object {
  return {
    states: ALERT_STATES.filter((state) => state !== 'new').map((value) => ({
      value,
      label: t(`alert.state.${value}`),
      isChosen: values.state === value,
    })),
    reasons: REASONS_BY_HAND.map((value) => ({
      value,
      label: t(`alert.reason.${value}`),
      isChosen: values.reason === value,
    })),
    assignee: values.assignee ?? '',
    note: values.note ?? '',
  };
}

function shortened(text: string): string {
  const characters = Array.from(text);
  return characters.length <= CONTACT_LENGTH_IN_LIST
    ? text
    : `${characters.slice(0, CONTACT_LENGTH_IN_LIST).join('')}…`;
}

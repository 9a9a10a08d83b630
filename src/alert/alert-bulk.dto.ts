import { ValidationFailed } from '../web/domain-error.js';
import { readId } from '../web/ids.js';
import { validateDto } from '../web/validation.js';
import { chosenOf } from '../vendor/chosen.rules.js';
import type { ChosenAlert } from './alert-bulk.service.js';
import { alertChangeFromForm } from './alert-form.rules.js';
import { ChangeAlertDto } from './alert.dto.js';
import { jointChangeComplaint } from './alert.rules.js';
import type { AlertChange } from './alert.service.js';

/** As many as a page of the list shows at most. */
const MOST_CHOSEN = 200;

/** What a form that changes several alerts asks for. */
export interface BulkChange {
  chosen: ChosenAlert[];
  change: Omit<AlertChange, 'version'>;
}

/**
 * Reads the form that changes several alerts: `alerts` holds `id:version` of each that is ticked; a
 * field that is empty changes nothing, and the assignee `nobody` takes it from whoever has it.
 * @throws ValidationFailed that names each bad field
 */
export function bulkChange(form: Record<string, unknown>): BulkChange {
  const chosen = chosenOf(form.alerts).flatMap((text) => chosenIn(text) ?? []);
  if (chosen.length === 0 || chosen.length > MOST_CHOSEN) {
    throw new ValidationFailed([{ field: 'alerts', message: 'alert.error.noneChosen' }]);
  }
  const { state, reason, note, assignee } = form;
  const given = { state: ifAny(state), reason, note, assignee: ifAny(assignee) };
  const body = alertChangeFromForm(given);
  if (Object.keys(body).length === 0) {
    throw new ValidationFailed([{ field: 'state', message: 'alert.error.nothingAsked' }]);
  }
  const change = validateDto(ChangeAlertDto, body);
  const complaint = jointChangeComplaint(change.state, change.reason);
  if (complaint) throw new ValidationFailed([complaint]);
  return { chosen, change };
}

function ifAny(value: unknown): unknown {
  return value === '' ? undefined : value;
}

function chosenIn(text: string): ChosenAlert | null {
  const [shownId, version = ''] = text.split(':');
  const id = readId(shownId);
  return id !== null && /^\d{1,9}$/.test(version) ? { id, version: Number(version) } : null;
}

import type { FormState } from '../web/form.js';
import { showId } from '../web/ids.js';
import { translator } from '../web/translator.js';
import type { AlertDossier } from './alert-dossier.service.js';
import { alertView } from './alert.view.js';
import { disputeForm } from './dispute-page.view.js';
import { isStanding } from './dispute-facts.js';
import { alertCrumb } from './alert-crumb.js';
import { changedSince, detectionOf } from './dossier-parts.js';

const t = translator();

/**
 * The page of one dispute.
 * @param form the form that was sent, or a fresh one
 * @throws NotFoundError when the alert has no such detection
 */
export function disputePage(dossier: AlertDossier, detectionId: number, form: FormState): object {
  const found = detectionOf(dossier, detectionId);
  const alert = alertView(dossier.enriched);
  const detection = alert.detections.find(({ id }) => id === showId(found.detection.id));
  if (!detection) throw new Error('A detection that was found is on its alert');
  return {
    ...form,
    pageTitle: t('dispute.one', { engine: found.engine }),
    parent: alertCrumb(alert.id, alert.platform.name),
    alert,
    detection,
    changedMeanwhile: changedSince(dossier, form.values.version),
    dispute: disputeForm({
      alertId: alert.id,
      version: alert.version,
      detection,
      isStanding: isStanding(found.detection),
      today: dossier.today,
      values: form.values,
      errors: form.errors,
    }),
  };
}

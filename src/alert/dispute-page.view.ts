import { showId } from '../web/ids.js';
import { translator } from '../web/translator.js';
import type { DetectionView, DisputeView } from './alert.view.js';
import type { ListedDispute } from './dispute-list.service.js';
import { disputeFacts } from './dispute-facts.js';
import { dayOf, daysBetween, type DisputeState, nextDisputeStates } from './dispute.rules.js';
import { actorText } from './timeline-text.js';
import { typedOr } from './typed-field.rules.js';

const t = translator();

/** What the form of a dispute is made of; `values` are what was typed in it, if it was sent. */
interface DisputeFormOf {
  alertId: string;
  version: number;
  detection: DetectionView;
  /** See `isStanding`. */
  isStanding: boolean;
  today: string;
  /** On a page with too many rows for a form in each. */
  isElsewhere?: boolean;
  values?: Readonly<Record<string, unknown>>;
  errors?: Readonly<Record<string, string>>;
}

/** The dispute of one detection: what is known, and the form that changes it. */
export function disputeForm(of: DisputeFormOf): object {
  const { alertId, version, detection, isStanding, today, values = {}, errors = {} } = of;
  const { dispute, id, vendor } = detection;
  const next = nextDisputeStates(dispute.state, isStanding);
  const canKeep = dispute.state !== 'none' && dispute.state !== 'closed';
  const was = {
    state: canKeep ? dispute.state : (next[0] ?? ''),
    contact: dispute.contact || (vendor?.contact ?? ''),
    reference: dispute.reference,
    followUpOn: dispute.followUpOn ?? '',
  };
  const typedState = typedOr(values, 'state', was.state);
  const asked = next.find((state) => state === typedState) ?? (canKeep ? null : next[0]);
  const keep = { value: dispute.state, label: keepText(dispute.state), isChosen: asked === null };
  return {
    action: `/alerts/${alertId}/detections/${id}/dispute`,
    reportHref: isStanding ? `/alerts/${alertId}/detections/${id}/report` : '',
    key: id,
    version,
    engine: detection.engine,
    current: dispute,
    reportedByText: actorText(dispute.reportedBy ?? ''),
    ...disputeTexts(dispute, today),
    states: [
      ...(canKeep ? [keep] : []),
      ...next.map((state) => ({
        value: state,
        label: t(`dispute.change.${state}`),
        isChosen: state === asked,
      })),
    ],
    canChange: canKeep || next.length > 0,
    pageHref: of.isElsewhere ? `/alerts/${alertId}/detections/${id}/dispute` : '',
    was,
    contact: typedOr(values, 'contact', was.contact),
    reference: typedOr(values, 'reference', was.reference),
    followUpOn: typedOr(values, 'followUpOn', was.followUpOn),
    note: values.note ?? '',
    errors,
  };
}

/** A dispute as a row of the list. */
export function disputeRow(
  { dispute, detection, isWaitedFor }: ListedDispute,
  vendorIds: ReadonlyMap<string, number>,
  today: string,
): object {
  const { platform, engine, state, contact, reference, reportedAt, reportedBy } = dispute;
  const followUpOn = isWaitedFor ? disputeFacts(dispute).followUpOn : null;
  const name = engine?.name ?? '';
  const vendorId = vendorIds.get(name);
  const alertId = detection?.alertId ?? null;
  return {
    platform: { id: showId(dispute.platformId), name: platform?.name ?? '' },
    engine: name,
    vendorHref: vendorId === undefined ? '' : `/vendor/${showId(vendorId)}`,
    alertId: alertId === null ? '' : showId(alertId),
    detectionId: detection ? showId(detection.id) : '',
    state,
    contact,
    reference,
    reportedAt,
    reportedBy: actorText(reportedBy),
    answeredAt: dispute.answeredAt,
    closedAt: dispute.closedAt,
    followUpOn: followUpOn ?? '',
    ...disputeTexts({ state, reportedAt: reportedAt.toISOString(), followUpOn }, today),
  };
}

/** How long ago it was asked, and when it is due, in words. */
function disputeTexts(
  { state, reportedAt, followUpOn }: Pick<DisputeView, 'state' | 'reportedAt' | 'followUpOn'>,
  today: string,
): { agoText: string; dueText: string; isDue: boolean } {
  const ago = reportedAt === null ? 0 : daysBetween(dayOf(new Date(reportedAt)), today);
  const agoText = ago <= 0 ? t('dispute.today') : t('dispute.daysAgo', { count: ago });
  if (state === 'closed' || followUpOn === null) {
    return { agoText, dueText: t('dispute.noFollowUp'), isDue: false };
  }
  const left = daysBetween(today, followUpOn);
  if (left === 0) return { agoText, dueText: t('dispute.dueToday'), isDue: true };
  return left < 0
    ? { agoText, dueText: t('dispute.overdue', { count: -left }), isDue: true }
    : { agoText, dueText: t('dispute.inDays', { count: left }), isDue: false };
}

function keepText(state: DisputeState): string {
  return t('dispute.keepState', { state: t(`dispute.state.${state}`) });
}

import { contactParts } from '../vendor/contact-parts.rules.js';
import type { FormState } from '../web/form.js';
import { showId } from '../web/ids.js';
import { translator } from '../web/translator.js';
import { alertCrumb } from './alert-crumb.js';
import type { AlertDossier } from './alert-dossier.service.js';
import type { Detection } from './detection.entity.js';
import { isStanding } from './dispute-facts.js';
import { changedSince, detectionOf } from './dossier-parts.js';
import { LONGEST_MAILTO, mailtoHref } from './mailto.rules.js';
import { LETTER_LANGUAGES, type LetterLanguage, vendorLetter } from './vendor-letter.js';
import { virusTotalPage } from '../platform/virustotal-page.js';

const t = translator();
const MOST_OTHERS = 10;
/** A week is what most vendors ask for. */
const FOLLOW_UP_DAYS = 7;
const DAY_MS = 86_400_000;

/** A way to reach a vendor, made from its contact. */
interface WayToVendor {
  label: string;
  href: string;
  /** `mailto:` and the address alone, for the script that follows the text; empty for a form. */
  address: string;
}

/**
 * The page with the ready text about one detection.
 * @param form what was typed in it, or a fresh one
 * @param others what the engine flags now, on any platform
 * @throws NotFoundError when the alert has no such detection
 */
export function vendorReportPage(
  dossier: AlertDossier,
  detectionId: number,
  form: FormState,
  language: LetterLanguage,
  others: readonly Detection[],
): object {
  const { detection, engine, vendor } = detectionOf(dossier, detectionId);
  const { alert, platform } = dossier.enriched;
  const letter = vendorLetter(
    {
      engine,
      category: detection.category,
      result: detection.result,
      firstSeenAt: detection.firstSeenAt,
      lastSeenAt: detection.lastSeenAt,
      url: platform.url,
      virusTotalHref: virusTotalPage(platform.virusTotalUrlId),
      platformName: platform.name,
    },
    language,
  );
  const { values } = form;
  const text = typed(values.text) ?? letter.text;
  const ways = waysTo(vendor?.contact ?? '', letter.subject, text);
  const { dispute } = detection;
  const path = `/alerts/${showId(alert.id)}/detections/${showId(detectionId)}/report`;
  return {
    ...form,
    pageTitle: t('letter.title', { engine }),
    parent: alertCrumb(showId(alert.id), platform.name),
    scripts: ['js/vendor-letter.js'],
    action: path,
    alert: { id: showId(alert.id), version: alert.version, platform: platform.name },
    engine,
    language,
    languages: LETTER_LANGUAGES.map((code) => ({
      code,
      name: t(`letter.languages.${code}`),
      href: `${path}?lang=${code}`,
      isCurrent: code === language,
    })),
    subject: letter.subject,
    text,
    longest: LONGEST_MAILTO,
    ways,
    isTooLong: ways.some(({ isWhole }) => !isWhole),
    vendorContact: contactParts(vendor?.contact ?? ''),
    contactState: vendor?.contact ? vendor.contactState : '',
    canRecord: isStanding(detection),
    wasAsked: dispute !== null && dispute !== undefined && dispute.state !== 'closed',
    contact: values.contact ?? dispute?.contact ?? firstContact(vendor?.contact ?? ''),
    reference: values.reference ?? dispute?.reference ?? '',
    followUpOn: values.followUpOn ?? daysAfter(dossier.today, FOLLOW_UP_DAYS),
    note: values.note ?? '',
    changedMeanwhile: changedSince(dossier, values.version),
    others: others
      .filter((other) => other.alertId !== null && other.platformId !== detection.platformId)
      .slice(0, MOST_OTHERS)
      .map(({ id, alertId, platform: where }) => ({
        platform: where?.name ?? '',
        href: `/alerts/${showId(alertId ?? 0)}/detections/${showId(id)}/report`,
      })),
  };
}

/** Every mail address and web address of a contact as a link; whether a mail holds the whole text. */
function waysTo(
  contact: string,
  subject: string,
  text: string,
): (WayToVendor & { isWhole: boolean })[] {
  return contactParts(contact).flatMap(({ text: shown, href }) => {
    if (href === null) return [];
    if (href.startsWith('mailto:')) {
      const label = t('letter.mailTo', { address: shown });
      return [{ label, address: href, ...mailtoHref(href, subject, text) }];
    }
    if (!/^https?:/.test(href)) return [];
    return [{ label: t('letter.openForm', { address: shown }), href, address: '', isWhole: true }];
  });
}

/** Whom the record names unless somebody says otherwise: the first address, else all that is known. */
function firstContact(contact: string): string {
  const [first] = contactParts(contact).filter(({ href }) => href !== null);
  return first?.text ?? contact;
}

function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

function typed(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

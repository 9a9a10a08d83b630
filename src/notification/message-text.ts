import { showId } from '../web/ids.js';
import { momentText } from '../web/moment-text.js';
import { hasString, translator } from '../web/translator.js';
import type { EventType, Message } from './message.js';
import { oneLine } from './one-line.rules.js';
import { SEVERITIES, type Severity } from './severity.rules.js';

const t = translator();

/** So many changes of a digest are told in full; the rest is counted. */
const MOST_ITEMS = 20;
/** So many engines of one alert. */
const MOST_LINES = 15;

/** What a message says: words alone, each text one line and without markup, for any kind to set. */
export interface MessageText {
  title: string;
  severity: Severity | null;
  isReminder: boolean;
  /** One, or the changes of a digest, the worst first. */
  items: MessageItem[];
  /** Changes that are only counted. */
  omitted: number;
}

/** One thing that happened. */
export interface MessageItem {
  headline: string;
  severity: Severity | null;
  /** What it means, or empty. */
  about: string;
  facts: MessageFact[];
  /** What each engine says. */
  lines: string[];
  /** Engines that are only counted. */
  moreLines: number;
  /** Where it is in Oju. */
  href: string;
}

/** A name and what stands beside it. */
export interface MessageFact {
  label: string;
  value: string;
  /** An address of a page that may be compromised: to be shown, never to be followed by itself. */
  isAddress?: boolean;
}

type Data = Readonly<Record<string, unknown>>;
type Told = Pick<Message, 'type' | 'data'>;

/**
 * A message in words. It reads what it is given with care: a part that is missing is left out, and
 * what engines, vendors and people wrote is but text.
 * @param baseUrl of Oju, without a slash at its end
 */
export function messageText(message: Message, baseUrl: string): MessageText {
  const isDigest = message.type === 'scan.digest';
  const told = isDigest ? digested(message.data as Data) : [message];
  const { isReminder } = message;
  const all = told.map((one) => itemOf(one, isReminder, baseUrl));
  if (isDigest) all.sort((a, b) => rank(a.severity) - rank(b.severity));
  const severity = message.severity ?? all[0]?.severity ?? null;
  const [only] = all;
  const headline =
    only && all.length === 1
      ? only.headline
      : t('told.headline.scan.digest', { count: all.length });
  const title = withSeverity(headline, severity);
  return {
    title: isReminder ? t('told.reminder', { headline: title }) : title,
    severity,
    isReminder,
    items: all.slice(0, MOST_ITEMS),
    omitted: Math.max(0, all.length - MOST_ITEMS),
  };
}

/** A headline behind its severity, where it has one. */
export function withSeverity(headline: string, severity: Severity | null): string {
  return severity === null
    ? headline
    : t('told.severity', { severity: t(`alert.severity.${severity}`), headline });
}

function digested(data: Data): Told[] {
  return Array.isArray(data.events) ? (data.events as Told[]) : [];
}

function rank(severity: Severity | null): number {
  return severity === null ? SEVERITIES.length : SEVERITIES.indexOf(severity);
}

function itemOf({ type, data: given }: Told, isAllAgain: boolean, baseUrl: string): MessageItem {
  const data = objectOf(given);
  // A digest may tell both what is new and what is told again.
  const isReminder = isAllAgain || data.reminder === true;
  const alert = objectOf(data.alert ?? (type.startsWith('alert.') ? data : null));
  const flag = objectOf(data.detection);
  const flags = flagsOf('engine' in flag ? [flag] : alert.detections);
  const kind = isReminder && type.startsWith('alert.') ? 'alert.reminder' : type;
  const headline = headlineOf(kind, data, alert, flags.length);
  return {
    headline: isReminder && !isAllAgain ? t('told.reminder', { headline }) : headline,
    severity: severityOf(type, alert),
    about: hasString(`told.about.${type}`)
      ? t(`told.about.${type}` as 'told.about.scan.failed')
      : '',
    facts: factsOf(data, alert),
    lines: flags.slice(0, MOST_LINES).map(flagLine),
    moreLines: Math.max(0, flags.length - MOST_LINES),
    href: baseUrl + pathOf(type, data, alert),
  };
}

/** What is settled is not critical any more. */
function severityOf(type: EventType, { severity }: Data): Severity | null {
  if (type === 'alert.resolved') return null;
  return SEVERITIES.find((one) => one === severity) ?? null;
}

function headlineOf(
  type: EventType | 'alert.reminder',
  data: Data,
  alert: Data,
  flags: number,
): string {
  const engine = oneLine(objectOf(data.detection).engine, 255);
  const key =
    type === 'dispute.due' && engine !== '' ? 'told.disputeWith' : `told.headline.${type}`;
  if (!hasString(key)) return type;
  return t(key, {
    engine,
    platform: platformOf(data, alert).name,
    engines: t('told.engines', { count: flags }),
    state: stateOf(alert),
    id: oneLine(data.id, 20),
    count: 1,
  });
}

function factsOf(data: Data, alert: Data): MessageFact[] {
  const { name, url } = platformOf(data, alert);
  const dispute = objectOf(data.dispute);
  const facts: MessageFact[] = [
    { label: t('told.platform'), value: name },
    { label: t('told.url'), value: url, isAddress: true },
    { label: t('told.state'), value: stateOf(alert) },
    { label: t('told.since'), value: momentOf(alert.openedAt) },
    { label: t('told.assignee'), value: oneLine(alert.assignee) },
    { label: t('told.asked'), value: momentOf(dispute.reportedAt) },
    { label: t('told.contact'), value: oneLine(dispute.contact) },
    { label: t('told.reference'), value: oneLine(dispute.reference) },
    { label: t('told.followUpOn'), value: oneLine(dispute.followUpOn, 10) },
    { label: t('told.reason'), value: 'state' in alert ? '' : reasonOf(data) },
  ];
  return facts.filter(({ value }) => value !== '');
}

/** Why, as far as the scan or the integration says it in words. */
function reasonOf(data: Data): string {
  const said = oneLine(data.sentence ?? data.lastError ?? data.text ?? data.reason, 500);
  const key = `scan.waitReason.${said}`;
  return hasString(key) ? t(key) : said;
}

function platformOf(data: Data, alert: Data): { name: string; url: string } {
  const { name, url } = objectOf(alert.platform ?? data.platform);
  return { name: oneLine(name), url: oneLine(url, 2048) };
}

function stateOf({ state, reason }: Data): string {
  const word = wordOf('alert.state', state);
  return typeof reason === 'string' ? `${word} (${wordOf('alert.reason', reason)})` : word;
}

/** Those that count: neither cleared, nor accepted, nor silent. */
function flagsOf(detections: unknown): Data[] {
  const all = Array.isArray(detections) ? detections.map(objectOf) : [];
  return all.filter(({ state }) => state === 'detected');
}

function flagLine({ engine, category, result, vendor }: Data): string {
  const params = { engine: oneLine(engine, 255), category: wordOf('alert.category', category) };
  const said = oneLine(result, 200);
  const flag =
    said === '' || said === category
      ? t('told.flag', params)
      : t('told.flagWithResult', { ...params, result: said });
  const contact = oneLine(objectOf(vendor).contact, 300);
  return contact === '' ? flag : t('told.flagWithContact', { flag, contact });
}

function pathOf(type: EventType, data: Data, alert: Data): string {
  const [area] = type.split('.');
  const alertId = idOf(alert.id ?? data.alertId);
  if (alertId) return `/alerts/${alertId}`;
  const scanId = idOf(data.id);
  if (area === 'scan') return type === 'scan.failed' && scanId ? `/scans/${scanId}` : '/status';
  if (area === 'dispute') return '/disputes';
  if (area === 'channel') return '/config/notifications';
  return area === 'integration' || area === 'budget' ? '/config/integrations' : '/';
}

function idOf(id: unknown): string {
  if (typeof id === 'number') return showId(id);
  return typeof id === 'string' && /^\d{1,10}$/.test(id) ? id : '';
}

function wordOf(section: string, code: unknown): string {
  const key = `${section}.${oneLine(code, 50)}`;
  return hasString(key) ? t(key) : oneLine(code, 50);
}

function momentOf(at: unknown): string {
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at))) return '';
  return momentText(new Date(at));
}

function objectOf(value: unknown): Data {
  return typeof value === 'object' && value !== null ? (value as Data) : {};
}

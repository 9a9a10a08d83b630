import { writtenActor } from '../web/actor-text.js';
import { showId } from '../web/ids.js';
import type { StringKey } from '../web/strings/string-key.js';
import { numberText } from '../web/number-text.js';
import { translator } from '../web/translator.js';
import { isAnswer, isFlagging } from '../alert/verdict.rules.js';
import { contactParts } from '../vendor/contact-parts.rules.js';
import type { PastScan, PresentVerdict } from './platform-verdicts.service.js';
import { pastScanView, verdictView } from './platform-scan.view.js';
import type { ScanTask } from './scan-task.entity.js';
import type { ProgressWords } from './scan-outlook.service.js';
import type { Scan, ScanState } from './scan.entity.js';
import { doneOf, hasEnded, noCounts, type ScanCounts } from './scan.rules.js';
import { scanView, type StatsView, statsView, taskView } from './scan.view.js';
import type { ChangeKind, Said, VerdictChange } from './verdict-changes.rules.js';

const t = translator();

/** More changes are summed up, and shown on demand. */
const MOST_SHOWN_OPEN = 4;

const COUNTS = ['pending', 'submitted', 'completed', 'failed', 'skipped', 'flagged'] as const;

/** Counts that say something when they are zero, even when the scan has ended. */
const ALWAYS_TOLD: ReadonlySet<string> = new Set(['completed', 'flagged']);

/** What the categories that are known are called; an unknown one is shown as it came. */
const CATEGORY_WORDS: Readonly<Record<string, StringKey>> = {
  malicious: 'scan.category.malicious',
  suspicious: 'scan.category.suspicious',
  harmless: 'scan.category.harmless',
  undetected: 'scan.category.undetected',
  timeout: 'scan.category.timeout',
  'confirmed-timeout': 'scan.category.confirmed-timeout',
  failure: 'scan.category.failure',
  'type-unsupported': 'scan.category.type-unsupported',
};

/** A scan as a row of the list. */
export function scanRow(scan: Scan, counts: ScanCounts = noCounts()): object {
  return Object.assign(scanView(scan, counts), {
    isOverAll: scan.isOverAll,
    done: doneOf(counts),
    shownAt: scan.startedAt ?? scan.createdAt,
  });
}

/** A scan as its own page shows it. */
export function scanPage(scan: Scan, counts: ScanCounts = noCounts()): object {
  const done = doneOf(counts);
  const asked = counts.completed + counts.failed;
  return Object.assign(scanView(scan, counts), {
    isOverAll: scan.isOverAll,
    requestedBy: scan.requestedBy === null ? null : writtenActor(scan.requestedBy),
    done,
    isOpen: scan.finishedAt === null,
    canBeCancelled: !hasEnded(scan.state),
    countRows: COUNTS.filter(
      (name) => scan.finishedAt === null || ALWAYS_TOLD.has(name) || counts[name] > 0,
    ).map((name) => ({ name, count: counts[name] })),
    thinnedInWords:
      scan.thinnedCompleted > 0 ? t('scan.thinned', { count: scan.thinnedCompleted }) : null,
    // Submitting runs ahead of collecting, so that the figure says nothing before the end.
    requestsAPlatform:
      scan.finishedAt !== null && asked > 0
        ? t('scan.requestsAPlatform', { number: numberText(scan.requestsUsed / asked, 1) })
        : null,
  });
}

/** What the partial `scan_progress` shows of a scan, and keeps up to date. */
export interface ScanProgressView {
  id: string;
  /** Its own page. */
  href: string;
  /** Where its events come from; empty when there will be none. */
  eventsHref: string;
  state: ScanState;
  done: number;
  total: number;
  words: ProgressWords;
}

/** @param words of the {@link ScanOutlook} */
export function scanProgressView(
  scan: Scan,
  counts: ScanCounts,
  words: ProgressWords,
): ScanProgressView {
  return {
    id: showId(scan.id),
    href: scanPath(scan),
    eventsHref: scan.finishedAt === null ? `/api/v1${scanPath(scan)}/events` : '',
    state: scan.state,
    done: doneOf(counts),
    total: counts.total,
    words,
  };
}

/** A task as a row of the scan's page. @param changes null where there is nothing to compare with */
export function taskRow(task: ScanTask, changes: readonly VerdictChange[] | null): object {
  const { id, state, diagnosis, joinedTaskId } = task;
  return Object.assign(taskView(task), {
    engines: enginesInWords(statsView(task)),
    pastTaskId: state === 'completed' ? showId(joinedTaskId ?? id) : null,
    isFirst: state === 'completed' && changes === null,
    ...changesView(changes ?? []),
    diagnosis,
    hasDetails: diagnosis !== null || (task.errorCode !== null && task.errorDetail !== null),
    detailsLabel: t(state === 'completed' ? 'scan.leftOut' : 'scan.answered'),
  });
}

/** How a scan stands, in one sentence without its end. */
export function countsInWords({ requestsUsed }: Scan, counts: ScanCounts): string {
  const { total, failed, skipped, flagged } = counts;
  return t('scan.countsInWords', {
    done: doneOf(counts),
    total,
    failed,
    skipped,
    flagged,
    requests: requestsUsed,
  });
}

/** Present verdicts as a platform's page shows them: flags apart from the others. */
export function verdictTables(verdicts: readonly PresentVerdict[]): object {
  const row = (verdict: PresentVerdict) =>
    Object.assign(verdictView(verdict), {
      categoryWords: categoryInWords(verdict.category),
      resultWords: isSaying(verdict) ? verdict.result : null,
      contactParts: contactParts(verdict.vendor?.contact ?? ''),
      addVendorHref: `/vendor/new?${new URLSearchParams({ name: verdict.engine }).toString()}`,
    });
  const isFlag = ({ category }: PresentVerdict) => isFlagging(category);
  const others = verdicts.filter((verdict) => !isFlag(verdict)).map(row);
  return {
    isJudged: verdicts.length > 0,
    enginesInWords: enginesOf(verdicts),
    flags: verdicts.filter(isFlag).map(row),
    others,
    othersLabel: t('scan.others', { count: others.length }),
  };
}

/** A past scan as a row of a platform's page. */
export function pastScanRow(past: PastScan): object {
  return Object.assign(pastScanView(past), {
    engines: enginesInWords(statsView(past.task)),
    isFirst: past.isFirst,
    ...changesView(past.changes),
  });
}

/** Changes as the partial `verdict_changes` shows them. */
export function changesView(changes: readonly VerdictChange[]): {
  changeRows: object[];
  changesInWords: string | null;
} {
  const counts = new Map<ChangeKind, number>();
  for (const { kind } of changes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return {
    changeRows: changes.map(({ engine, kind, from, to }) => ({
      kind,
      engine,
      words: t('scan.change', { engine, from: saidInWords(from), to: saidInWords(to) }),
    })),
    changesInWords:
      changes.length > MOST_SHOWN_OPEN
        ? [...counts].map(([kind, count]) => t(`scan.changeCount.${kind}`, { count })).join(', ')
        : null,
  };
}

/** What a scan started for a page is answered with. */
export function scanPath({ id }: Pick<Scan, 'id'>): string {
  return `/scans/${showId(id)}`;
}

function enginesInWords(stats: StatsView | null): string | null {
  if (!stats) return null;
  const flags = stats.malicious + stats.suspicious;
  const answered = flags + stats.harmless + stats.undetected;
  return t('scan.enginesOf', { flags, answered });
}

/** How many of the engines that have an opinion flag; null when none has one. */
function enginesOf(verdicts: readonly PresentVerdict[]): string | null {
  const answered = verdicts.filter(({ category }) => isAnswer(category)).length;
  const flags = verdicts.filter(({ category }) => isFlagging(category)).length;
  return answered > 0 ? t('scan.glance.enginesOf', { flags, answered }) : null;
}

function categoryInWords(category: string): string {
  const key = Object.hasOwn(CATEGORY_WORDS, category) ? CATEGORY_WORDS[category] : undefined;
  return key === undefined ? category : t(key);
}

function saidInWords(said: Said | null): string {
  if (!said) return t('scan.notThere');
  const category = categoryInWords(said.category);
  return isSaying(said) ? `${category} (${said.result ?? ''})` : category;
}

/** Many engines only repeat the category. */
function isSaying({ category, result }: Said): boolean {
  return result !== null && result !== '' && result !== category;
}

import { showId } from '../web/ids.js';
import type { CsvColumns, CsvValue } from '../web/list-csv.js';
import type { ScanResult } from './scan-contents.service.js';
import type { Scan } from './scan.entity.js';
import { noCounts, type ScanCounts } from './scan.rules.js';
import { type TaskView, taskView } from './scan.view.js';
import type { Said } from './verdict-changes.rules.js';

/** A scan with what is in it. */
export interface CountedScan {
  scan: Scan;
  /** Absent for a scan without tasks. */
  counts: ScanCounts | undefined;
}

const count =
  (name: keyof ScanCounts) =>
  ({ counts = noCounts() }: CountedScan): number =>
    counts[name];

/** Scans as a file has them. */
export const SCAN_COLUMNS: CsvColumns<CountedScan> = {
  id: ({ scan }) => showId(scan.id),
  trigger: ({ scan }) => scan.trigger,
  requestedBy: ({ scan }) => scan.requestedBy,
  isOverAll: ({ scan }) => scan.isOverAll,
  state: ({ scan }) => scan.state,
  reason: ({ scan }) => scan.reason,
  waitingUntil: ({ scan }) => scan.waitingUntil,
  total: count('total'),
  pending: count('pending'),
  submitted: count('submitted'),
  completed: count('completed'),
  failed: count('failed'),
  skipped: count('skipped'),
  flagged: count('flagged'),
  requestsUsed: ({ scan }) => scan.requestsUsed,
  createdAt: ({ scan }) => scan.createdAt,
  startedAt: ({ scan }) => scan.startedAt,
  finishedAt: ({ scan }) => scan.finishedAt,
};

const view =
  (cell: (task: TaskView) => CsvValue) =>
  ({ task }: ScanResult): CsvValue =>
    cell(taskView(task));

/** The tasks of a scan as a file has them. */
export const TASK_COLUMNS: CsvColumns<ScanResult> = {
  id: view(({ id }) => id),
  platformId: view(({ platform }) => platform.id),
  platform: view(({ platform }) => platform.name),
  url: view(({ platform }) => platform.url),
  state: view(({ state }) => state),
  flagged: view(({ flagged }) => flagged),
  conclusive: view(({ conclusive }) => conclusive),
  malicious: view(({ stats }) => stats?.malicious ?? null),
  suspicious: view(({ stats }) => stats?.suspicious ?? null),
  harmless: view(({ stats }) => stats?.harmless ?? null),
  undetected: view(({ stats }) => stats?.undetected ?? null),
  unanswered: view(({ stats }) => stats?.unanswered ?? null),
  error: view(({ error }) => error?.code ?? null),
  errorDetail: view(({ error }) => error?.detail ?? null),
  completedAt: view(({ completedAt }) => completedAt),
  changes: ({ changes }) =>
    (changes ?? [])
      .map(({ engine, from, to }) => `${engine}: ${said(from)} > ${said(to)}`)
      .join('; '),
};

function said(what: Said | null): string {
  if (!what) return 'none';
  const { category, result } = what;
  return result === null || result === category ? category : `${category} (${result})`;
}

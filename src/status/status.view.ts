import { showId } from '../web/ids.js';
import type { ScanAtAGlance, ScanningStatus } from './scanning-status.service.js';

/** How scanning stands, as the dashboard and the operator's page show it. */
export function statusModel(status: ScanningStatus) {
  const running = status.open.find(({ scan }) => scan.isOverAll);
  const { day, month } = status.budget;
  return {
    integration: status.integration,
    keyProblem: status.keyProblem,
    isOverdue: status.isOverdue,
    /** Without an active integration nothing is scanned: that is no fault, and not well either. */
    isIdle: status.integration !== 'active',
    isWell: !status.isOverdue && status.keyProblem === null,
    nextScanAt: status.nextScanAt,
    lastScan: status.lastScan ? scanModel(status.lastScan) : null,
    running: running ? scanModel(running) : null,
    open: status.open.map(scanModel),
    tasksLeft: status.open.reduce((sum, { counts }) => sum + counts.pending + counts.submitted, 0),
    quotas: [
      {
        period: 'today',
        ...day,
        isByOthers: day.usedByOthers > 0,
        all: day.used + day.usedByOthers,
      },
      {
        period: 'thisMonth',
        ...month,
        isByOthers: month.usedByOthers > 0,
        all: month.used + month.usedByOthers,
      },
    ],
  };
}

/** A scan with its counts, as both pages show it. */
function scanModel({ scan, counts }: ScanAtAGlance) {
  return {
    id: showId(scan.id),
    state: scan.state,
    reason: scan.reason,
    waitingUntil: scan.waitingUntil,
    shownAt: scan.startedAt ?? scan.createdAt,
    finishedAt: scan.finishedAt,
    requestsUsed: scan.requestsUsed,
    counts,
    done: counts.completed + counts.failed + counts.skipped,
  };
}

import { ApiProperty } from '../web/api-doc.js';
import { showId } from '../web/ids.js';
import { translator } from '../web/translator.js';
import type { ScanTask, ScanTaskState } from './scan-task.entity.js';
import type { Scan, ScanState, ScanTrigger, WaitReason } from './scan.entity.js';
import { noCounts, type ScanCounts } from './scan.rules.js';
import type { TaskErrorCode } from './task.service.js';

const t = translator();

const TRIGGERS: readonly ScanTrigger[] = ['scheduled', 'manual', 'api', 'cli'];
const STATES: readonly ScanState[] = [
  'queued',
  'running',
  'waiting',
  'completed',
  'completed_with_errors',
  'cancelled',
];
const WAIT_REASONS: readonly WaitReason[] = [
  'day_quota_spent',
  'month_quota_spent',
  'minute_quota_spent',
  'key_rejected',
  'key_unreadable',
  'virustotal_unavailable',
  'integration_inactive',
];
const TASK_STATES: readonly ScanTaskState[] = [
  'pending',
  'submitted',
  'completed',
  'failed',
  'skipped',
];

/** How many tasks of a scan are in each state. */
export class ScanCountsView implements ScanCounts {
  @ApiProperty()
  total!: number;

  @ApiProperty()
  pending!: number;

  @ApiProperty()
  submitted!: number;

  @ApiProperty()
  completed!: number;

  @ApiProperty()
  failed!: number;

  @ApiProperty()
  skipped!: number;

  @ApiProperty({ description: 'tasks whose platform is flagged' })
  flagged!: number;
}

/** A scan as JSON and pages show it. */
export class ScanView {
  @ApiProperty()
  id!: string;

  @ApiProperty({ enum: TRIGGERS })
  trigger!: ScanTrigger;

  @ApiProperty({ enum: STATES })
  state!: ScanState;

  @ApiProperty({ enum: WAIT_REASONS, nullable: true, description: 'why it waits' })
  reason!: WaitReason | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'null while only a person can end the wait',
  })
  waitingUntil!: string | null;

  @ApiProperty({ type: ScanCountsView })
  counts!: ScanCountsView;

  @ApiProperty({ description: 'completed tasks that are counted but no longer listed' })
  thinned!: number;

  @ApiProperty()
  requestsUsed!: number;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  startedAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'null until the last task is done, of a cancelled scan too',
  })
  finishedAt!: string | null;
}

/** The platform of a task. */
export class TaskPlatformView {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ description: 'as typed' })
  url!: string;
}

/** How the engines' answers add up. */
export class StatsView {
  @ApiProperty()
  malicious!: number;

  @ApiProperty()
  suspicious!: number;

  @ApiProperty()
  harmless!: number;

  @ApiProperty()
  undetected!: number;

  @ApiProperty({ description: 'timed out, failed, or said something unknown' })
  unanswered!: number;
}

/** Why a task failed or was skipped. */
export class TaskErrorView {
  @ApiProperty({ description: 'stable' })
  code!: string;

  @ApiProperty({ description: 'the code in words' })
  message!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: "VirusTotal's own reason, or the kind of Oju's own error",
  })
  detail!: string | null;
}

/** One platform in one scan, as JSON and pages show it. */
export class TaskView {
  @ApiProperty()
  id!: string;

  @ApiProperty({ enum: TASK_STATES })
  state!: ScanTaskState;

  @ApiProperty({ type: TaskPlatformView })
  platform!: TaskPlatformView;

  @ApiProperty({ type: String, nullable: true, description: "VirusTotal's id of the analysis" })
  analysisId!: string | null;

  @ApiProperty({ type: StatsView, nullable: true })
  stats!: StatsView | null;

  @ApiProperty({ type: Boolean, nullable: true, description: 'whether enough engines answered' })
  conclusive!: boolean | null;

  @ApiProperty({ type: Boolean, nullable: true, description: 'whether the platform is flagged' })
  flagged!: boolean | null;

  @ApiProperty({ type: TaskErrorView, nullable: true })
  error!: TaskErrorView | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  completedAt!: string | null;
}

/** One scan as JSON answers it. */
export class ScanAnswer {
  @ApiProperty({ type: ScanView })
  data!: ScanView;
}

/** A page of scans as JSON answers it. */
export class ScanListAnswer {
  @ApiProperty({ type: [ScanView] })
  data!: ScanView[];

  @ApiProperty({ type: Object, example: { total: 1, limit: 50, nextCursor: null } })
  meta!: { total: number; limit: number; nextCursor: string | null };
}

/** A page of a scan's tasks as JSON answers it. */
export class TaskListAnswer {
  @ApiProperty({ type: [TaskView] })
  data!: TaskView[];

  @ApiProperty({ type: Object, example: { total: 1, limit: 50, nextCursor: null } })
  meta!: { total: number; limit: number; nextCursor: string | null };
}

/** @param counts as TaskService.counts gives them; absent for a scan without tasks */
export function scanView(scan: Scan, counts: ScanCounts = noCounts()): ScanView {
  const { id, trigger, state, reason, waitingUntil, requestsUsed } = scan;
  return Object.assign(new ScanView(), {
    id: showId(id),
    trigger,
    state,
    reason,
    waitingUntil: waitingUntil?.toISOString() ?? null,
    counts,
    thinned: scan.thinnedCompleted,
    requestsUsed,
    createdAt: scan.createdAt.toISOString(),
    startedAt: scan.startedAt?.toISOString() ?? null,
    finishedAt: scan.finishedAt?.toISOString() ?? null,
  });
}

/** @param task with its platform */
export function taskView(task: ScanTask): TaskView {
  const { id, state, platform, analysisId, isConclusive, isFlagged } = task;
  if (!platform) throw new Error('A task is shown with its platform loaded');
  return Object.assign(new TaskView(), {
    id: showId(id),
    state,
    platform: { id: showId(platform.id), name: platform.name, url: platform.url },
    analysisId,
    stats: statsView(task),
    conclusive: isConclusive,
    flagged: isFlagged,
    error: taskErrorView(task),
    completedAt: task.completedAt?.toISOString() ?? null,
  });
}

/** Null for a task that did not complete. */
export function statsView(task: ScanTask): StatsView | null {
  const { malicious, suspicious, harmless, undetected, unanswered } = task;
  if (malicious === null) return null;
  return Object.assign(new StatsView(), {
    malicious,
    suspicious: suspicious ?? 0,
    harmless: harmless ?? 0,
    undetected: undetected ?? 0,
    unanswered: unanswered ?? 0,
  });
}

/** Null where nothing has gone wrong for good: while a task is retried it has a detail and no code. */
export function taskErrorView({ errorCode, errorDetail }: ScanTask): TaskErrorView | null {
  if (errorCode === null) return null;
  const message = t(`scan.taskError.${errorCode as TaskErrorCode}`);
  return Object.assign(new TaskErrorView(), { code: errorCode, message, detail: errorDetail });
}

import { ApiProperty } from '../web/api-doc.js';
import { DetectionVendorView } from '../alert/alert.view.js';
import { showId } from '../web/ids.js';
import type { PastScan, PresentVerdict } from './platform-verdicts.service.js';
import { StatsView, statsView } from './scan.view.js';
import type { ChangeKind } from './verdict-changes.rules.js';

const CHANGE_KINDS: readonly ChangeKind[] = [
  'flagged',
  'cleared',
  'unconfirmed',
  'changed',
  'no_answer',
  'answered',
  'gone',
  'new',
];

/** What one engine says of a platform now. */
export class VerdictView {
  @ApiProperty({ description: 'as VirusTotal names it' })
  engine!: string;

  @ApiProperty({ description: 'malicious and suspicious are flags' })
  category!: string;

  @ApiProperty({ type: String, nullable: true, description: "the engine's own free text" })
  result!: string | null;

  @ApiProperty({ type: String, nullable: true })
  method!: string | null;

  @ApiProperty({ type: DetectionVendorView, nullable: true })
  vendor!: DetectionVendorView | null;
}

/** What an engine said at one time. */
export class SaidView {
  @ApiProperty()
  category!: string;

  @ApiProperty({ type: String, nullable: true })
  result!: string | null;
}

/** What one engine said otherwise than in the scan before. */
export class VerdictChangeView {
  @ApiProperty({ description: 'by its present name' })
  engine!: string;

  @ApiProperty({
    enum: CHANGE_KINDS,
    description:
      'cleared: a flag that stood stands no more, as alerts are judged; unconfirmed: the engine takes its flag back in a scan that is not conclusive, or under a name not confirmed yet',
  })
  kind!: ChangeKind;

  @ApiProperty({ type: SaidView, nullable: true, description: 'null: the engine was not there' })
  from!: SaidView | null;

  @ApiProperty({ type: SaidView, nullable: true, description: 'null: the engine is not there' })
  to!: SaidView | null;
}

/** One past scan of a platform. */
export class PastScanView {
  @ApiProperty()
  scanId!: string;

  @ApiProperty()
  taskId!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  completedAt!: string | null;

  @ApiProperty({ type: StatsView, nullable: true })
  stats!: StatsView | null;

  @ApiProperty({ type: Boolean, nullable: true, description: 'whether enough engines answered' })
  conclusive!: boolean | null;

  @ApiProperty({ type: Boolean, nullable: true, description: 'whether the platform was flagged' })
  flagged!: boolean | null;

  @ApiProperty({ type: [VerdictChangeView], description: "none in the platform's first scan" })
  changes!: VerdictChangeView[];
}

/** A platform's present verdicts as JSON answers them. */
export class VerdictListAnswer {
  @ApiProperty({ type: [VerdictView] })
  data!: VerdictView[];

  @ApiProperty({ type: Object, example: { total: 94, limit: 94, nextCursor: null } })
  meta!: { total: number; limit: number; nextCursor: string | null };
}

/** A page of a platform's past scans as JSON answers it. */
export class PastScanListAnswer {
  @ApiProperty({ type: [PastScanView] })
  data!: PastScanView[];

  @ApiProperty({ type: Object, example: { total: 1, limit: 50, nextCursor: null } })
  meta!: { total: number; limit: number; nextCursor: string | null };
}

/** A present verdict in plain values. */
export function verdictView({ vendor, ...verdict }: PresentVerdict): VerdictView {
  return Object.assign(new VerdictView(), {
    ...verdict,
    vendor: vendor && {
      id: showId(vendor.id),
      name: vendor.name,
      contact: vendor.contact,
      comments: vendor.comments,
    },
  });
}

/** A past scan in plain values. */
export function pastScanView({ task, changes }: PastScan): PastScanView {
  return Object.assign(new PastScanView(), {
    scanId: showId(task.scanId),
    taskId: showId(task.id),
    completedAt: task.completedAt?.toISOString() ?? null,
    stats: statsView(task),
    conclusive: task.isConclusive,
    flagged: task.isFlagged,
    changes,
  });
}

import { AlertView, alertView, DetectionVendorView } from '../alert/alert.view.js';
import { VERSION } from '../config/version.js';
import { virusTotalPage } from '../platform/virustotal-page.js';
import { ApiProperty } from '../web/api-doc.js';
import { showId } from '../web/ids.js';
import type { Evidence, VerdictsOfScan } from './alert-evidence.service.js';
import { PastScanView, pastScanView, verdictView } from './platform-scan.view.js';
import type { PresentVerdict } from './platform-verdicts.service.js';

/** What an engine said in one scan. */
export class EvidenceVerdictView {
  @ApiProperty()
  category!: string;

  @ApiProperty({ type: String, nullable: true, description: "the engine's own free text" })
  result!: string | null;

  @ApiProperty({ type: String, nullable: true })
  method!: string | null;
}

/** What an engine said when the alert opened, and what it says now. */
export class EvidenceEngineView {
  @ApiProperty({ description: 'as VirusTotal names it' })
  engine!: string;

  @ApiProperty({ type: EvidenceVerdictView, nullable: true, description: 'null: none' })
  atOpening!: EvidenceVerdictView | null;

  @ApiProperty({ type: EvidenceVerdictView, nullable: true, description: 'null: none' })
  now!: EvidenceVerdictView | null;

  @ApiProperty({ type: DetectionVendorView, nullable: true })
  vendor!: DetectionVendorView | null;
}

/** A scan of which the pack holds every verdict. */
export class EvidenceScanView {
  @ApiProperty()
  scanId!: string;

  @ApiProperty()
  taskId!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  completedAt!: string | null;
}

/** The site that the alert is about. */
export class EvidencePlatformView {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ description: 'as typed' })
  url!: string;

  @ApiProperty()
  ownerName!: string;
}

/** Where the alert and its URL are shown. */
export class EvidenceLinksView {
  @ApiProperty()
  alert!: string;

  @ApiProperty({ type: String, nullable: true })
  virusTotal!: string | null;
}

/** All that is known of one alert, for a dispute or a report. */
export class EvidenceView {
  @ApiProperty({ type: String, format: 'date-time' })
  madeAt!: string;

  @ApiProperty({ description: 'of Oju' })
  version!: string;

  @ApiProperty({ type: EvidenceLinksView })
  links!: EvidenceLinksView;

  @ApiProperty({ type: EvidencePlatformView })
  platform!: EvidencePlatformView;

  @ApiProperty({ type: AlertView, description: 'with its detections, disputes and timeline' })
  alert!: AlertView;

  @ApiProperty({ type: EvidenceScanView, nullable: true, description: 'null: it is not kept' })
  atOpening!: EvidenceScanView | null;

  @ApiProperty({ type: EvidenceScanView, nullable: true })
  now!: EvidenceScanView | null;

  @ApiProperty({ type: [EvidenceEngineView], description: 'those that flag now first' })
  engines!: EvidenceEngineView[];

  @ApiProperty({ type: [PastScanView], description: 'what changed, newest first; the last 50' })
  history!: PastScanView[];

  @ApiProperty({ description: 'how many scans there are' })
  scans!: number;
}

/** The pack as JSON answers it. */
export class EvidenceAnswer {
  @ApiProperty({ type: EvidenceView })
  data!: EvidenceView;
}

/** The pack in plain values. */
export function evidenceView(evidence: Evidence): EvidenceView {
  const { madeAt, dossier, baseUrl, atOpening, now, history, scans } = evidence;
  const { platform, alert } = dossier.enriched;
  const { id, name, url, ownerName } = platform;
  const shown = alertView(dossier.enriched, dossier.timeline);
  return Object.assign(new EvidenceView(), {
    madeAt: madeAt.toISOString(),
    version: VERSION,
    links: {
      alert: `${baseUrl}/alerts/${showId(alert.id)}`,
      virusTotal: virusTotalPage(platform.virusTotalUrlId),
    },
    platform: { id: showId(id), name, url, ownerName },
    alert: Object.assign(shown, {
      detections: shown.detections.map((one) =>
        Object.assign(one, { vendor: forOutsiders(one.vendor) }),
      ),
    }),
    atOpening: scanOf(atOpening),
    now: scanOf(now),
    engines: engineRows(atOpening?.verdicts ?? [], now?.verdicts ?? []),
    history: history.map(pastScanView),
    scans,
  });
}

function scanOf(said: VerdictsOfScan | null): EvidenceScanView | null {
  if (!said) return null;
  const { id, scanId, completedAt } = said.task;
  return {
    scanId: showId(scanId),
    taskId: showId(id),
    completedAt: completedAt?.toISOString() ?? null,
  };
}

/** In the order of what is said now, then those that said something at the opening alone. */
function engineRows(
  atOpening: readonly PresentVerdict[],
  now: readonly PresentVerdict[],
): EvidenceEngineView[] {
  const before = new Map(atOpening.map((verdict) => [verdict.engine, verdict]));
  const present = new Set(now.map(({ engine }) => engine));
  const gone = atOpening.filter(({ engine }) => !present.has(engine));
  return [
    ...now.map((verdict) => engineRow(verdict, before.get(verdict.engine), verdict)),
    ...gone.map((verdict) => engineRow(verdict, verdict, undefined)),
  ];
}

function engineRow(
  named: PresentVerdict,
  atOpening: PresentVerdict | undefined,
  now: PresentVerdict | undefined,
): EvidenceEngineView {
  const { engine, vendor } = verdictView(named);
  return {
    engine,
    atOpening: saidBy(atOpening),
    now: saidBy(now),
    vendor: forOutsiders(vendor),
  };
}

/** A pack may leave the house: what is noted about a vendor is not in it. */
function forOutsiders(vendor: DetectionVendorView | null): DetectionVendorView | null {
  return (
    vendor &&
    Object.assign(new DetectionVendorView(), {
      id: vendor.id,
      name: vendor.name,
      contact: vendor.contact,
    })
  );
}

function saidBy(verdict: PresentVerdict | undefined): EvidenceVerdictView | null {
  if (!verdict) return null;
  const { category, result, method } = verdict;
  return { category, result, method };
}

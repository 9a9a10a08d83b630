import { Injectable } from '@nestjs/common';
import { DetectionFigures } from '../../alert/detection-figures.service.js';
import { freshSince } from '../../platform/platform-state.rules.js';
import { PlatformService } from '../../platform/platform.service.js';
import { ScanFigures } from '../../scan/scan-figures.service.js';
import { type ChartTools, loadChartTools } from '../../web/charts/chart-tools.js';
import { stackedDays, type StackedDays } from '../../web/charts/stacked-days.rules.js';
import { type KnownDay, knownDays } from './known-days.rules.js';

/** Detections over time, as data and drawn. */
export interface DetectionsOverTime {
  days: KnownDay[];
  /** Malicious ones below, suspicious ones on top. */
  chart: StackedDays;
}

/** A quarter: what is older is no news, and more steps are not told apart on a telephone. */
const DAYS = 90;

/** The dashboard's picture of detections over time. */
@Injectable()
export class DetectionChart {
  constructor(
    private readonly detections: DetectionFigures,
    private readonly scans: ScanFigures,
    private readonly platforms: PlatformService,
  ) {}

  /** Of the last 90 days, the present one last. */
  async draw(): Promise<DetectionsOverTime> {
    const { now, frequencyDays } = await this.platforms.viewContext();
    const since = freshSince(new Date(now.getTime() - DAYS * 86_400_000), frequencyDays);
    const finished = await this.scans.finishedSince(since);
    const days = knownDays(await this.detections.byDay(DAYS), finished, now, frequencyDays);
    return { days, chart: drawn(days, await loadChartTools()) };
  }
}

/** Days as a picture, malicious detections below. */
export function drawn(days: readonly KnownDay[], tools: ChartTools): StackedDays {
  const counted = days.map(({ day, counts }) => ({
    day,
    values: counts && [counts.malicious, counts.suspicious],
  }));
  return stackedDays(counted, 2, tools);
}

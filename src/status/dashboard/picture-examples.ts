import { lastDays } from '../../alert/detection-days.rules.js';
import { barLengths } from '../../web/charts/bars.rules.js';
import { loadChartTools } from '../../web/charts/chart-tools.js';
import { alertMatrix } from './dashboard.view.js';
import { drawn } from './detection-chart.service.js';
import { detectionChartModel } from './detection-chart.view.js';
import type { KnownDay } from './known-days.rules.js';

const TODAY = new Date('2026-01-31T12:00:00Z');
const COUNTS = [12_000, 480, 31, 1, 0];

/** Every kind of picture with made-up counts, for the styleguide. */
export async function pictureExamples(): Promise<object> {
  const tools = await loadChartTools();
  const days: KnownDay[] = lastDays(TODAY, 90).map((day, index) => ({
    day,
    counts:
      index < 8 || (index > 40 && index < 44)
        ? null
        : { malicious: (index * 7) % 23, suspicious: (index * 5) % 9 },
  }));
  const lengths = barLengths(COUNTS, tools);
  return {
    overTime: detectionChartModel({ days, chart: drawn(days, tools) }),
    matrix: alertMatrix({
      critical: { day: 1, week: 0, month: 2, older: 12_000 },
      high: { day: 3, week: 5, month: 0, older: 0 },
      medium: { day: 0, week: 40, month: 0, older: 1 },
      low: { day: 0, week: 0, month: 0, older: 0 },
    }),
    bars: COUNTS.map((count, index) => ({ count, length: lengths[index] })),
  };
}

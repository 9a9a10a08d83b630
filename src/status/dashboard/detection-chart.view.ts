import { countLabel, dayLabel } from '../../web/charts/chart-labels.js';
import { dayText } from '../../web/moment-text.js';
import { translator } from '../../web/translator.js';
import type { DetectionsOverTime } from './detection-chart.service.js';
import { spansOf } from './known-days.rules.js';

const t = translator();

/** In the order in which they are stacked; the second is hatched. */
const CATEGORIES = ['malicious', 'suspicious'] as const;

/** Detections over time as the partial `chart_days` draws them, with their table. */
export function detectionChartModel({ days, chart }: DetectionsOverTime): object {
  return {
    id: 'detections-over-time',
    title: t('status.board.overTime', { days: days.length }),
    summary: inWords(days),
    chart: {
      ...chart,
      layers: CATEGORIES.map((category, index) => ({
        category,
        name: t(`scan.category.${category}`),
        path: chart.layers[index] ?? '',
        isHatched: index > 0,
      })),
      counts: chart.counts.map(({ at, value }) => ({ at, label: countLabel(value) })),
      days: chart.days.map(({ at, value, anchor }) => ({ at, label: dayLabel(value), anchor })),
    },
    gapName: chart.gaps.length > 0 ? t('status.board.notScanned') : '',
    rows: spansOf(days).map(({ from, to, counts }) => ({
      days:
        from === to
          ? dayText(from)
          : t('status.board.fromTo', { from: dayText(from), to: dayText(to) }),
      isKnown: counts !== null,
      ...counts,
    })),
  };
}

/** What the picture shows, for those who cannot see it or do not want to measure. */
function inWords(days: DetectionsOverTime['days']): string {
  const totals = days.map(({ day, counts }) => ({
    day,
    total: counts === null ? null : counts.malicious + counts.suspicious,
  }));
  const now = totals.at(-1)?.total ?? null;
  const most = totals.reduce<{ day: string; total: number } | null>(
    (best, { day, total }) =>
      total !== null && total > (best?.total ?? 0) ? { day, total } : best,
    null,
  );
  const standing =
    now === null ? t('status.board.unknownNow') : t('status.board.standingNow', { count: now });
  if (most === null) return standing;
  return `${standing} ${t('status.board.mostWere', { most: most.total, day: dayText(most.day) })}`;
}

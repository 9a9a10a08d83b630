import type { ChartTools } from './chart-tools.js';

/** The shortest bar of something that there is, in units of a width of 100. */
const LEAST = 2;

/** How long the bars of counts are, where the largest count has all of a width of 100. */
export function barLengths(
  counts: readonly number[],
  { scaleLinear }: Pick<ChartTools, 'scaleLinear'>,
): number[] {
  const length = scaleLinear()
    .domain([0, Math.max(1, ...counts)])
    .range([0, 100])
    .clamp(true);
  return counts.map((count) =>
    count <= 0 ? 0 : Math.max(LEAST, Math.round(length(count) * 10) / 10),
  );
}

import type { ChartTools } from './chart-tools.js';

/** A day with its counts, each at least 0, in the order in which they are stacked. */
export interface ChartDay {
  /** In UTC, such as `2026-11-26`. */
  day: string;
  /** Null where nothing is known of the day. */
  values: readonly number[] | null;
}

/** A place on an axis; `at` in units of the picture. */
interface Tick<T> {
  at: number;
  value: T;
}

/** A picture of counts by day, in units of its own: whoever shows it scales it as a whole. */
export interface StackedDays {
  width: number;
  height: number;
  /** The part that data are drawn in. */
  plot: { left: number; right: number; top: number; bottom: number; height: number };
  /** The outline of each count, the undermost first; empty where there is nothing to draw. */
  layers: string[];
  /** Where nothing is known. */
  gaps: { x: number; width: number }[];
  /** Whole numbers, 0 among them. */
  counts: Tick<number>[];
  /** Days; the text of one begins or ends there if it would not fit around it. */
  days: (Tick<string> & { anchor: 'start' | 'middle' | 'end' })[];
}

/** Narrow, so that text which is read on a telephone is not scaled away. */
const WIDTH = 400;
const HEIGHT = 220;
/** Room for a number of five signs and a line of text, as large as they are on a telephone. */
const PLOT = { left: 50, right: WIDTH - 8, top: 12, bottom: HEIGHT - 30, height: HEIGHT - 42 };
/** Half of the text of a day. */
const HALF_TEXT = 32;
const DAY_MS = 86_400_000;
const WANTED_TICKS = 4;

interface Point {
  at: number;
  values: readonly number[];
}

/**
 * Counts by day as steps on top of each other. A day is as wide as any other, the first and the last
 * too, so that a single one is seen.
 * @param days one after the other, the oldest first, each with as many values as `layers`
 */
export function stackedDays(
  days: readonly ChartDay[],
  layers: number,
  { scaleLinear, scaleUtc, stack, area, curveStepAfter }: ChartTools,
): StackedDays {
  const [start, end] = extent(days);
  const x = scaleUtc().domain([start, end]).range([PLOT.left, PLOT.right]);
  const most = Math.max(1, ...days.map(({ values }) => sum(values ?? [])));
  const y = scaleLinear().domain([0, most]).nice(WANTED_TICKS).range([PLOT.bottom, PLOT.top]);
  const points = pointsOf(days, start);
  const layer = area<{ at: number; from: number; to: number } | null>()
    .defined((point) => point !== null)
    .x((point) => x(point?.at ?? start))
    .y0((point) => y(point?.from ?? 0))
    .y1((point) => y(point?.to ?? 0))
    .curve(curveStepAfter)
    .digits(1);
  const series = stack<Point, number>()
    .keys(Array.from({ length: layers }, (_, index) => index))
    .value(({ values }, index) => values[index] ?? 0)(points.filter((point) => point !== null));
  return {
    width: WIDTH,
    height: HEIGHT,
    plot: PLOT,
    layers: series.map((one) => {
      const rows = one[Symbol.iterator]();
      const spans = points.map((point) => {
        if (point === null) return null;
        const [from, to] = rows.next().value as [number, number];
        return { at: point.at, from, to };
      });
      const isDrawn = spans.some((span) => span !== null && span.to > span.from);
      return isDrawn ? (layer(spans) ?? '') : '';
    }),
    gaps: gapsOf(days).map(({ from, until }) => {
      const left = x(start + from * DAY_MS);
      return { x: rounded(left), width: rounded(x(start + until * DAY_MS) - left) };
    }),
    counts: y
      .ticks(WANTED_TICKS)
      .filter(Number.isInteger)
      .map((value) => ({ at: rounded(y(value)), value })),
    days: x.ticks(WANTED_TICKS).flatMap((date) => {
      const at = rounded(x(date));
      // Of less than some days the scale would tell hours.
      if (date.getTime() % DAY_MS !== 0 || date.getTime() >= end) return [];
      return [{ at, value: date.toISOString().slice(0, 10), anchor: anchorOf(at) }];
    }),
  };
}

/** From the beginning of the first day to the end of the last, in ms; of no days, any one. */
function extent(days: readonly ChartDay[]): [number, number] {
  const first = days[0]?.day;
  const start = first === undefined ? 0 : Date.parse(first);
  return [start, start + Math.max(1, days.length) * DAY_MS];
}

/** A step lasts until the next point, so that the last day before a gap needs one at its end. */
function pointsOf(days: readonly ChartDay[], start: number): (Point | null)[] {
  return days.flatMap(({ values }, index) => {
    if (values === null) return [null];
    const at = start + index * DAY_MS;
    const isLast = (days[index + 1]?.values ?? null) === null;
    return isLast
      ? [
          { at, values },
          { at: at + DAY_MS, values },
        ]
      : [{ at, values }];
  });
}

function gapsOf(days: readonly ChartDay[]): { from: number; until: number }[] {
  const gaps: { from: number; until: number }[] = [];
  for (const [index, { values }] of days.entries()) {
    if (values !== null) continue;
    const last = gaps.at(-1);
    if (last?.until === index) last.until = index + 1;
    else gaps.push({ from: index, until: index + 1 });
  }
  return gaps;
}

function anchorOf(at: number): 'start' | 'middle' | 'end' {
  if (at - HALF_TEXT < PLOT.left - HALF_TEXT / 2) return 'start';
  return at + HALF_TEXT > WIDTH ? 'end' : 'middle';
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

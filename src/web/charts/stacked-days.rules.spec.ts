import fc from 'fast-check';
import { type ChartTools, loadChartTools } from './chart-tools.js';
import { type ChartDay, type StackedDays, stackedDays } from './stacked-days.rules.js';

const FIRST = Date.parse('2026-01-01');
const dayAt = (index: number) => new Date(FIRST + index * 86_400_000).toISOString().slice(0, 10);
const daysOf = (all: (number[] | null)[]): ChartDay[] =>
  all.map((values, index) => ({ day: dayAt(index), values }));
const numbersIn = (path: string) => [...path.matchAll(/-?\d+(?:\.\d+)?/g)].map(([n]) => Number(n));
/** How many pieces a picture is in. */
const pieces = (path: string) => [...path.matchAll(/Z/g)].length;

describe('counts by day', () => {
  let tools: ChartTools;
  const draw = (all: (number[] | null)[]): StackedDays => stackedDays(daysOf(all), 2, tools);
  beforeAll(async () => {
    tools = await loadChartTools();
  });

  it.each<[string, (number[] | null)[], { layers: [boolean, boolean]; top: number; gaps: number }]>(
    [
      ['no day', [], { layers: [false, false], top: 1, gaps: 0 }],
      [
        'days of nothing',
        [
          [0, 0],
          [0, 0],
        ],
        { layers: [false, false], top: 1, gaps: 0 },
      ],
      ['one day', [[3, 1]], { layers: [true, true], top: 4, gaps: 0 }],
      ['one count alone', [[0, 1]], { layers: [false, true], top: 1, gaps: 0 }],
      [
        'days that are all equal',
        Array(90).fill([5, 5]),
        { layers: [true, true], top: 10, gaps: 0 },
      ],
      [
        'huge numbers',
        [
          [1e9, 1],
          [2e9, 0],
        ],
        { layers: [true, true], top: 2e9, gaps: 0 },
      ],
      ['days of which nothing is known', [null, null], { layers: [false, false], top: 1, gaps: 1 }],
    ],
  )('draw %s', (_what, all, { layers, top, gaps }) => {
    const chart = draw(all);
    expect(chart.layers.map((path) => path !== '')).toEqual(layers);
    expect(chart.counts.map(({ value }) => value)).toContain(0);
    expect(chart.counts.at(-1)?.value).toBe(top);
    expect(chart.counts.length).toBeLessThanOrEqual(6);
    expect(chart.gaps).toHaveLength(gaps);
  });

  it('give one day the whole width, since it is all there is', () => {
    const { layers, plot } = draw([[2, 0]]);
    const across = numbersIn(layers[0] ?? '').filter((_, index) => index % 2 === 0);
    expect(Math.min(...across)).toBe(plot.left);
    expect(Math.max(...across)).toBe(plot.right);
  });

  it('stack the second count on the first', () => {
    const { layers, plot, counts } = draw([[2, 2]]);
    const heights = (path: string) => numbersIn(path).filter((_, index) => index % 2 === 1);
    expect(Math.max(...heights(layers[0] ?? ''))).toBe(plot.bottom);
    expect(Math.min(...heights(layers[0] ?? ''))).toBe(Math.max(...heights(layers[1] ?? '')));
    expect(Math.min(...heights(layers[1] ?? ''))).toBe(counts.at(-1)?.at);
  });

  it('leave out of 90 days those of which nothing is known', () => {
    const all = Array.from({ length: 90 }, (_, index) =>
      index < 10 || (index >= 40 && index < 45) || index === 60 ? null : [index % 7, 1],
    );
    const { layers, gaps, plot, days } = draw(all);
    expect(layers.map(pieces)).toEqual([3, 3]);
    expect(gaps).toHaveLength(3);
    expect(gaps[0]?.x).toBe(plot.left);
    expect(gaps[2]?.width).toBeCloseTo((plot.right - plot.left) / 90, 0);
    expect(days.map(({ value }) => value)).toEqual(['2026-01-01', '2026-02-01', '2026-03-01']);
  });

  it('show a single day between two of which nothing is known', () => {
    const { layers } = draw([null, [4, 0], null]);
    expect(pieces(layers[0] ?? '')).toBe(1);
  });

  it('draw nothing beside the plot, whatever the counts', () => {
    const counts = fc.array(fc.nat({ max: 2_000_000_000 }), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(fc.array(fc.option(counts), { maxLength: 120 }), (all) => {
        const { layers, plot, gaps, days, width } = draw(all);
        for (const [index, number] of layers.flatMap(numbersIn).entries()) {
          const [least, most] = index % 2 === 0 ? [plot.left, plot.right] : [plot.top, plot.bottom];
          expect(number).toBeGreaterThanOrEqual(least - 0.1);
          expect(number).toBeLessThanOrEqual(most + 0.1);
        }
        for (const { x, width: wide } of gaps) {
          expect(x + wide).toBeLessThanOrEqual(plot.right + 0.2);
        }
        expect(days.every(({ at }) => at >= plot.left && at <= width)).toBe(true);
      }),
    );
  });
});

import { barLengths } from './bars.rules.js';
import { type ChartTools, loadChartTools } from './chart-tools.js';

describe('the lengths of bars', () => {
  let tools: ChartTools;
  beforeAll(async () => {
    tools = await loadChartTools();
  });

  it.each<[string, number[], number[]]>([
    ['no count', [], []],
    ['nothing alone', [0, 0], [0, 0]],
    ['one count', [7], [100]],
    ['counts that are all equal', [3, 3, 3], [100, 100, 100]],
    ['counts of all sizes', [10, 5, 1, 0], [100, 50, 10, 0]],
    ['a small one beside a huge one', [1e12, 1], [100, 2]],
    ['one below what can be seen', [1000, 1], [100, 2]],
  ])('are told of %s', (_what, counts, expected) => {
    expect(barLengths(counts, tools)).toEqual(expected);
  });
});

/** What draws charts: d3, which no page but those with charts needs, so that no start pays for it. */
export async function loadChartTools() {
  const [{ scaleLinear, scaleUtc }, { area, curveStepAfter, stack }] = await Promise.all([
    import('d3-scale'),
    import('d3-shape'),
  ]);
  return { scaleLinear, scaleUtc, area, curveStepAfter, stack };
}

export type ChartTools = Awaited<ReturnType<typeof loadChartTools>>;

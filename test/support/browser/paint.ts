import type { Browser } from 'playwright-core';
import { FAST_3G, PAINT_TRIES } from './bounds.js';
import { inPage } from './in-page.js';
import { PLAIN } from './variant.js';
import { Visitor } from './visitor.js';
import { Wire } from './wire.js';

const PATIENCE_MS = 20_000;

/** What of a page that is opened with an empty cache over the slow line. */
interface ColdPage {
  origin: string;
  path: string;
  cookie?: string;
}

/** How a page comes to stand. */
export interface Arrival {
  /** When its largest part is there, ms since it was asked for. */
  largestPaintMs: number;
  /** Its cumulative layout shift. */
  layoutShift: number;
}

/** How a page arrives: of each figure the median of a few tries. */
export async function arrivalOf(browser: Browser, page: ColdPage): Promise<Arrival> {
  const tries: Arrival[] = [];
  for (let number = 0; number < PAINT_TRIES; number += 1) tries.push(await oneTry(browser, page));
  return {
    largestPaintMs: Math.round(median(tries.map((one) => one.largestPaintMs))),
    layoutShift: median(tries.map((one) => one.layoutShift)),
  };
}

async function oneTry(browser: Browser, { path, ...luggage }: ColdPage): Promise<Arrival> {
  const visitor = await Visitor.arrive(browser, { ...luggage, variant: PLAIN });
  try {
    const wire = await Wire.tap(visitor.devtools);
    await wire.slow(FAST_3G);
    await visitor.open(path);
    const largestPaintMs = await inPage<number>(visitor.page, 'paint', PATIENCE_MS);
    const { sum } = await inPage<{ sum: number }>(visitor.page, 'shifts');
    return { largestPaintMs, layoutShift: sum };
  } finally {
    await visitor.leave();
  }
}

function median(figures: number[]): number {
  return figures.sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Infinity;
}

import type { Line } from './wire.js';

/** What no page may be over. A figure over its bound fails the tests of the browser. */
export const BOUNDS = {
  /** Everything that somebody new is sent until the dashboard stands, as it comes over the wire. */
  firstLoadBytes: 100 * 1024,
  /** The same for each page after that, styles and scripts being in the cache. */
  laterPageBytes: 25 * 1024,
  /** Cumulative layout shift, without a unit; what is rounded away is not seen by anybody. */
  layoutShift: 0.01,
  /** Largest contentful paint with an empty cache, on the slow line, the median of the tries. */
  largestPaintMs: 1_000,
  /** How long anything may move for who asked for less motion. */
  motionSec: 0.01,
  /** From an empty database to a finished scan. */
  firstScan: { clicks: 15, fields: 6, ms: 120_000 },
} as const;

/** How often a paint is measured. */
export const PAINT_TRIES = 3;

/**
 * WebPageTest's profile "3G Fast" (github.com/catchpoint/WebPageTest, www/settings/
 * connectivity.ini.sample, section 3GFast): 1.6 Mbit/s down, 768 kbit/s up, 150 ms round trip.
 */
export const FAST_3G: Line = { downKbitPerSec: 1_600, upKbitPerSec: 768, roundTripMs: 150 };

/** What axe-core looks for: WCAG 2.2 up to AA, and what its makers advise beyond. */
export const AXE_TAGS = [
  'wcag2a',
  'wcag2aa',
  'wcag21a',
  'wcag21aa',
  'wcag22aa',
  'best-practice',
] as const;

/**
 * Widths at which a page may not need to be scrolled sideways, CSS pixels: a phone, and what is left
 * of 1280 at 200 % and at 400 % zoom (WCAG 2.2, 1.4.10 Reflow).
 */
export const REFLOW_WIDTHS = { 390: [390, 320], 1280: [640] } as const;

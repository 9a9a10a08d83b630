import type { Browser } from 'playwright-core';
import { BOUNDS } from './bounds.js';
import { launchChromium } from './chromium.js';
import { FirstRunGround } from './first-run-ground.js';
import { FirstRun } from './first-run.js';
import { KeyboardHands } from './keyboard-hands.js';
import { MouseHands } from './mouse-hands.js';
import { PICTURES } from './pictures.js';
import { nameOf, type Variant } from './variant.js';
import { Visitor } from './visitor.js';

const PATIENCE_MS = 300_000;
/** How many times as fast VirusTotal answers and Oju waits, where the clock is not looked at. */
const FACTOR = 10;

/**
 * From an empty database to a settled alert, in each of the variants. The first lives at the pace of
 * the machine's clock, and is held to the two minutes.
 */
export function describeFirstRun(variants: readonly Variant[]): void {
  describe('somebody new', () => {
    const browser = withBrowser();

    it.each(variants.map((variant, index) => [nameOf(variant), variant, index === 0] as const))(
      'comes from an empty database to a scan and a settled alert, in %s',
      async (_name, variant, isTimed) => {
        const ground = await FirstRunGround.start(isTimed ? 1 : FACTOR);
        const visitor = await Visitor.arrive(browser(), { origin: ground.server.url, variant });
        try {
          const run = new FirstRun(visitor, new MouseHands());
          const { clicks, fields, ms } = await run.scan(ground.setupPath);
          await run.settle();

          expect(visitor.complaints).toEqual([]);
          expect(clicks).toBeLessThanOrEqual(BOUNDS.firstScan.clicks);
          expect(fields).toBeLessThanOrEqual(BOUNDS.firstScan.fields);
          if (isTimed) {
            const seconds = (ms / 1000).toFixed(1);
            console.info(`First scan: ${clicks} clicks, ${fields} fields, ${seconds} s`);
            expect(ms).toBeLessThanOrEqual(BOUNDS.firstScan.ms);
          }
        } finally {
          await visitor.leave();
          await ground.stop();
        }
      },
      PATIENCE_MS,
    );
  });
}

/** The same with a keyboard alone, where the focus is looked at on every page that is come to. */
export function describeFirstRunByKeyboard(variant: Variant): void {
  describe('somebody new with a keyboard alone', () => {
    const browser = withBrowser();

    it(
      'comes as far, sees where the focus is, and is held nowhere',
      async () => {
        const ground = await FirstRunGround.start(FACTOR);
        const { url: origin } = ground.server;
        // Styles that are on their way would be taken for the ones at their end.
        const luggage = { origin, variant, reducedMotion: 'reduce' } as const;
        const visitor = await Visitor.arrive(browser(), luggage);
        const hands = new KeyboardHands(visitor.page);
        try {
          const run = new FirstRun(visitor, hands);
          await run.scan(ground.setupPath);
          await run.settle();

          expect(hands.complaints).toEqual([]);
          expect(hands.stops).toBeGreaterThan(100);
          expect(visitor.complaints).toEqual([]);
        } finally {
          await visitor.leave();
          await ground.stop();
        }
      },
      PATIENCE_MS,
    );
  });
}

function withBrowser(): () => Browser {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  }, PATIENCE_MS);
  afterAll(async () => {
    await browser.close();
    process.stderr.write(`Pictures of the first run: ${PICTURES}/first-run\n`);
  });
  return () => browser;
}

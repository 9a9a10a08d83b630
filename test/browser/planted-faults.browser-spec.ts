import type { Browser } from 'playwright-core';
import { BOUNDS } from '../support/browser/bounds.js';
import { launchChromium } from '../support/browser/chromium.js';
import { bringAxe } from '../support/browser/in-page.js';
import { KeyboardHands } from '../support/browser/keyboard-hands.js';
import { type Aspect, look } from '../support/browser/look.js';
import { arrivalOf } from '../support/browser/paint.js';
import { type PlantedPage, startPlantedPages } from '../support/browser/planted-pages.js';
import { PLAIN } from '../support/browser/variant.js';
import { Visitor } from '../support/browser/visitor.js';
import { Wire } from '../support/browser/wire.js';
import type { WebServer } from '../support/web-server.js';

jest.setTimeout(120_000);

describe('a fault in a page', () => {
  let browser: Browser;
  let server: WebServer;

  beforeAll(async () => {
    [browser, server] = await Promise.all([launchChromium(), startPlantedPages()]);
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  const visit = () =>
    Visitor.arrive(browser, { origin: server.origin, variant: PLAIN, reducedMotion: 'reduce' });
  const findingsOf = async (planted: PlantedPage) => {
    const visitor = await visit();
    await bringAxe(visitor.page);
    const wire = await Wire.tap(visitor.devtools);
    await visitor.open(`/${planted}`);
    const { findings } = await look(visitor, `planted-${planted}`, wire);
    await visitor.leave();
    return findings;
  };

  it('is not found where there is none', async () => {
    expect(await findingsOf('sound')).toEqual([]);
  });

  it.each<[PlantedPage, Aspect, RegExp]>([
    ['unlabelled', 'access', /^label /],
    ['imageless', 'access', /^image-alt /],
    ['headless', 'structure', /0 first headings/],
    ['wide', 'reflow', /px wider than 640 px/],
    ['scrolled', 'fit', /div\. “herethere” holds \d{3} px more than it shows/],
    ['cut', 'fit', /holds 200 px more/],
    ['broken', 'fit', /breaks “Administrator”/],
    ['clipped', 'fit', /select\.one cuts \d+ px off “What nobody/],
    ['moving', 'motion', /^p\./],
    ['shifting', 'shift', /^0\.\d+/],
    ['heavy', 'weight', /^4\d{4} bytes/],
    ['throwing', 'quiet', /planted/],
    ['elsewhere', 'quiet', /asked https:\/\/elsewhere\.example/],
    ['missing', 'quiet', /missing\.svg was answered 404/],
  ])('is found: %s, as one of %s', async (planted, aspect, what) => {
    const found = (await findingsOf(planted)).filter((finding) => finding.aspect === aspect);

    expect(found.map((finding) => finding.what).join('\n')).toMatch(what);
  });

  it('is found: a paint that comes late', async () => {
    const page = { origin: server.origin, path: '/late' };

    const { largestPaintMs } = await arrivalOf(browser, page);
    expect(largestPaintMs).toBeGreaterThan(BOUNDS.largestPaintMs);
  });

  it.each<[PlantedPage, RegExp]>([
    ['unseen', /focus is not seen on a “one”/],
    ['trap', /input “” holds the focus/],
  ])('is found by the keyboard: %s', async (planted, complaint) => {
    const visitor = await visit();
    const hands = new KeyboardHands(visitor.page);
    await visitor.open(`/${planted}`);
    await hands.press(visitor.page.locator('#goal')).catch(() => undefined);
    await visitor.leave();

    expect(hands.complaints.join('\n')).toMatch(complaint);
  });
});

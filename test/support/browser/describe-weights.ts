import { translator } from '../../../src/web/translator.js';
import { TEST_PASSWORD } from '../app.js';
import { BOUNDS, FAST_3G } from './bounds.js';
import type { Ground } from './ground.js';
import { arrivalOf } from './paint.js';
import { PLAIN } from './variant.js';
import { Visitor } from './visitor.js';
import { Wire } from './wire.js';
import type { Filled } from './world/browsed-app.js';

/** What TCP and TLS 1.3 take before a first request, one round trip each; the line has not got it. */
const HANDSHAKES_MS = 2 * FAST_3G.roundTripMs;
const PATIENCE_MS = 120_000;

/** What pages weigh at first and when they stand; later pages every walk weighs. */
export function describeWeights(ground: () => Ground): void {
  describe('over the wire', () => {
    it(
      'are light the first time: the sign-in, then the dashboard, with an empty cache',
      async () => {
        const { bytes, complaints } = await firstLoad(ground());
        console.info(`First load: ${bytes} bytes`);

        expect(complaints).toEqual([]);
        expect(bytes).toBeGreaterThan(5_000);
        expect(bytes).toBeLessThanOrEqual(BOUNDS.firstLoadBytes);
      },
      PATIENCE_MS,
    );

    it.each<[string, (filled: Filled) => string, boolean]>([
      ['the sign-in', () => '/login', false],
      ['the dashboard', () => '/', true],
      ['the alerts', () => '/alerts', true],
      ['an alert of forty engines', ({ alerts }) => `/alerts/${alerts.ids.manyFlags ?? ''}`, true],
      ['the platforms', () => '/platforms', true],
      ['a running scan', ({ runningScanId }) => `/scans/${runningScanId}`, true],
      ['the vendors', () => '/vendor', true],
      ['the audit trail', () => '/audit', true],
    ])(
      'have the largest part of %s soon on a slow line, and then it stays where it is',
      async (name, pathOf, isSignedIn) => {
        const { browser, browsed, filled } = ground();
        const { largestPaintMs, layoutShift } = await arrivalOf(browser, {
          origin: browsed.origin,
          path: pathOf(filled),
          cookie: isSignedIn ? filled.people.admin : undefined,
        });
        console.info(
          `${name}: largest paint ${largestPaintMs} ms (and ${HANDSHAKES_MS} ms to connect), shift ${layoutShift}`,
        );

        expect(largestPaintMs).toBeLessThanOrEqual(BOUNDS.largestPaintMs);
        expect(layoutShift).toBeLessThanOrEqual(BOUNDS.layoutShift);
      },
      PATIENCE_MS,
    );
  });
}

async function firstLoad({ browser, browsed }: Ground) {
  const t = translator('en');
  const visitor = await Visitor.arrive(browser, { origin: browsed.origin, variant: PLAIN });
  const wire = await Wire.tap(visitor.devtools);
  const { page } = visitor;
  await visitor.open('/login');
  await page.getByLabel(t('access.email')).fill('ada@example.org');
  await page.getByLabel(t('access.password')).fill(TEST_PASSWORD);
  const loaded = page.waitForEvent('load');
  await page.getByRole('button', { name: t('access.signIn'), exact: true }).click();
  await loaded;
  await page.getByRole('heading', { level: 1, name: t('status.dashboard') }).waitFor();
  const bytes = wire.take();
  await visitor.leave();
  return { bytes, complaints: visitor.complaints };
}

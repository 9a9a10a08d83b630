import { Ground } from './ground.js';
import type { Aspect } from './look.js';
import { pageRoutes, staleExceptions } from './page-routes.js';
import { PICTURES } from './pictures.js';
import { nameOf, type Variant } from './variant.js';
import { type Visit, visitsBeforeSetup, visitsWhenFilled, visitsWhileEmpty } from './visits.js';
import { Walk, type Walked } from './walk.js';

const ASPECTS: readonly (readonly [Aspect, string])[] = [
  ['access', 'have no violation that axe-core finds'],
  ['structure', 'have one main part, one first heading, a title and their language'],
  ['fit', 'have nothing that does not fit its place: no table to scroll, no broken word'],
  ['reflow', 'need no scrolling sideways, on a phone or zoomed'],
  ['motion', 'do not move for who asked for less motion'],
  ['shift', 'do not shift while they load'],
  ['weight', 'are light, once styles and scripts are in the cache'],
  ['quiet', 'answer as they should, ask no other host and complain of nothing'],
];
/** At the same time, as there are cores. */
const AT_ONCE = 2;

/**
 * The tests that look at every page, empty and filled, in each of the variants. All are of one
 * application, which goes through its states once. `npm test` looks at each page in one of them, by
 * turns (OJU_TEST_BY_TURNS), since `npm run test:browser` is there for both.
 * @param patienceMs for the whole walk
 * @param alsoDescribe further tests of the application when it is filled, after the walk
 */
export function describePages(
  variants: readonly Variant[],
  patienceMs: number,
  alsoDescribe: (ground: () => Ground) => void = () => undefined,
): void {
  describe('pages', () => {
    let ground: Ground;
    let visits: Visit[] = [];
    const walked = new Map<string, Walked>();

    beforeAll(async () => {
      ground = await Ground.start();
      const { browser, browsed } = ground;
      const walks = new Map(
        variants.map((variant) => [nameOf(variant), new Walk(browser, browsed.origin, variant)]),
      );
      const all = async (some: Visit[]) => {
        visits = [...visits, ...some];
        const parts = [...walks.values()].map(
          (walk, turn) => [walk, byTurns(some, turn, walks.size)] as const,
        );
        await inTurns(parts, ([walk, part]) => walk.through(part));
      };
      await all(visitsBeforeSetup(browsed.setupPath));
      await all(visitsWhileEmpty(await browsed.firstAdmin()));
      await all(visitsWhenFilled(await ground.fill()));
      for (const [name, walk] of walks) walked.set(name, await walk.end());
    }, patienceMs);

    afterAll(async () => {
      await ground.stop();
      process.stderr.write(`Pictures of every page: ${PICTURES}\n`);
    });

    it('are all visited: a route that answers with a page has a visit', () => {
      const visited = new Set(visits.map(({ route }) => route));

      expect(pageRoutes(ground.browsed.app.nest).filter((route) => !visited.has(route))).toEqual(
        [],
      );
      expect(staleExceptions(ground.browsed.app.nest)).toEqual([]);
    });

    describe.each(variants.map(nameOf))('in %s', (name) => {
      it.each(ASPECTS)('%s: %s', (aspect) => {
        const found = walked.get(name)?.findings.filter((finding) => finding.aspect === aspect);

        expect(found?.map(({ page, what }) => `${page}: ${what}`)).toEqual([]);
      });

      it('are of a weight that is told', () => {
        const [heaviest] = walked.get(name)?.heaviest ?? [];
        console.info(`${name}, heaviest: ${heaviest?.page ?? '?'}, ${heaviest?.bytes ?? 0} bytes`);

        expect(heaviest?.bytes).toBeGreaterThan(1_000);
      });

      it('have titles that tell them apart', () => {
        const routesOf = new Map<string, string[]>();
        for (const [route, titles] of walked.get(name)?.titles ?? []) {
          for (const title of titles) routesOf.set(title, [...(routesOf.get(title) ?? []), route]);
        }

        expect(routesOf.size).toBeGreaterThan(0);
        expect([...routesOf].filter(([, routes]) => routes.length > 1)).toEqual([]);
      });
    });

    alsoDescribe(() => ground);
  });
}

function byTurns(visits: Visit[], turn: number, turns: number): Visit[] {
  if (!process.env.OJU_TEST_BY_TURNS) return visits;
  return visits.filter((_, index) => index % turns === turn);
}

async function inTurns<T>(all: T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const next = async (): Promise<void> => {
    const one = left.shift();
    if (one === undefined) return;
    await work(one);
    await next();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

import type { Browser } from 'playwright-core';
import { bringAxe } from './in-page.js';
import { type Finding, look } from './look.js';
import type { Variant } from './variant.js';
import { Visitor } from './visitor.js';
import type { Visit } from './visits.js';
import { Wire } from './wire.js';

/** What walking through pages found. */
export interface Walked {
  findings: Finding[];
  /** Of each route the titles that its pages have. */
  titles: Map<string, Set<string>>;
  /** The heaviest pages, bytes over the wire with a warm cache. */
  heaviest: { page: string; bytes: number }[];
}

const HEAVIEST = 5;

/** Walks through pages one after the other, as whoever each is for. */
export class Walk {
  private readonly visitors = new Map<string, { visitor: Visitor; wire: Wire }>();
  private readonly findings: Finding[] = [];
  private readonly titles = new Map<string, Set<string>>();
  private readonly weights: { page: string; bytes: number }[] = [];

  constructor(
    private readonly browser: Browser,
    private readonly origin: string,
    private readonly variant: Variant,
  ) {}

  async through(visits: readonly Visit[]): Promise<void> {
    for (const visit of visits) await this.visit(visit);
  }

  /** Ends the walk. */
  async end(): Promise<Walked> {
    for (const { visitor } of this.visitors.values()) await visitor.leave();
    this.visitors.clear();
    this.weights.sort((a, b) => b.bytes - a.bytes);
    return {
      findings: this.findings,
      titles: this.titles,
      heaviest: this.weights.slice(0, HEAVIEST),
    };
  }

  private async visit({ name, route, path, cookie, status, act, actStatus }: Visit): Promise<void> {
    const { visitor, wire } = await this.visitorOf(cookie);
    wire.take();
    try {
      await visitor.open(path, status);
      if (act) {
        wire.take();
        visitor.expect(actStatus ?? 200);
        await act(visitor.page);
      }
      const { findings, title, bytes } = await look(visitor, name, wire);
      this.findings.push(...findings);
      this.weights.push({ page: name, bytes });
      const ofRoute = this.titles.get(route) ?? new Set();
      // Errors have titles of their own, whatever route they are of.
      if ((status ?? 200) < 400) this.titles.set(route, ofRoute.add(title));
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      this.findings.push({ aspect: 'quiet', page: name, what });
    }
  }

  /** One for each who is signed in, whose cache has what every page needs. */
  private async visitorOf(cookie = ''): Promise<{ visitor: Visitor; wire: Wire }> {
    const known = this.visitors.get(cookie);
    if (known) return known;
    const { origin, variant } = this;
    const visitor = await Visitor.arrive(this.browser, {
      origin,
      variant,
      cookie: cookie === '' ? undefined : cookie,
      reducedMotion: 'reduce',
    });
    await bringAxe(visitor.page);
    const made = { visitor, wire: await Wire.tap(visitor.devtools) };
    this.visitors.set(cookie, made);
    await visitor.open('/login');
    return made;
  }
}

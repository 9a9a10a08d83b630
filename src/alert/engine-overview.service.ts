import { Injectable } from '@nestjs/common';
import type { Engine } from '../vendor/engine.entity.js';
import { goneEngines, likelyRenames, outEngines } from '../vendor/engine-rename.rules.js';
import { EngineService } from '../vendor/engine.service.js';
import { EngineTally } from '../vendor/engine-tally.service.js';
import { VendorService } from '../vendor/vendor.service.js';
import { UnmatchedVendors } from '../vendor/unmatched-vendors.service.js';
import { showId } from '../web/ids.js';
import { parsedSort } from '../web/sorting.js';
import { ENGINE_SORT, type SortedEngine, sortedEngines } from './engine-sort.rules.js';
import type { EngineQuery } from './engine.dto.js';
import { SilentAlerts } from './silent-alerts.service.js';

/** An engine as its page and its file show it. */
export interface EngineRow extends ReturnType<typeof plain> {
  isGone: boolean;
  /** What it is called now, if it was renamed; else empty. */
  presentName: string;
  vendor: { id: string } | undefined;
  addHref: string;
}

/** The engines' page in plain values. */
@Injectable()
export class EngineOverview {
  constructor(
    private readonly engines: EngineService,
    private readonly tally: EngineTally,
    private readonly vendors: VendorService,
    private readonly unmatched: UnmatchedVendors,
    private readonly silent: SilentAlerts,
  ) {}

  /**
   * @param chosenAlerts ids of alerts whose boxes are ticked
   * @param asked what the table of all engines shows, and how it is sorted
   */
  async read(chosenAlerts: ReadonlySet<string>, asked: EngineQuery): Promise<object> {
    const { all, present, gone, goneIds, row } = await this.known();
    const own = all.filter(({ id }) => !present.has(id));
    const alerts = await this.silent.all();
    return {
      renames: likelyRenames(all).map(({ from, to }) => ({ from: row(from), to: row(to) })),
      gone: gone.map(row),
      out: outEngines(own).map(plain),
      living: own.filter(({ id }) => !goneIds.has(id)).map(plain),
      renamed: all.filter(({ id }) => present.has(id)).map(row),
      engines: meant(own.map(row), asked),
      isAnyKnown: own.length > 0,
      unmatched: await this.unmatched.list(),
      alerts: alerts.map(({ id, platform, openedAt }) => ({
        id: showId(id),
        platform: platform?.name ?? '',
        openedAt,
        isChosen: chosenAlerts.has(showId(id)),
      })),
    };
  }

  /** The engines by their present names, as the page's table has them. */
  async all(asked: EngineQuery): Promise<EngineRow[]> {
    const { all, present, row } = await this.known();
    return meant(all.filter(({ id }) => !present.has(id)).map(row), asked);
  }

  private async known() {
    await this.tally.write();
    const all = await this.engines.all();
    const present = await this.engines.presentNames();
    const vendors = await this.vendors.findByNames(all.map(({ name }) => name));
    const { gaps } = await this.engines.answering();
    const gone = goneEngines(all, gaps).filter(({ id }) => !present.has(id));
    const goneIds = new Set(gone.map(({ id }) => id));
    const row = (engine: Engine): EngineRow => {
      const vendor = vendors.get(engine.name);
      return {
        ...plain(engine),
        isGone: goneIds.has(engine.id),
        presentName: present.get(engine.id) ?? '',
        vendor: vendor && { id: showId(vendor.id) },
        addHref: `/vendor/new?${new URLSearchParams({ name: engine.name }).toString()}`,
      };
    };
    return { all, present, gone, goneIds, row };
  }
}

/** The rows that are asked for, in their order. */
function meant(
  rows: readonly EngineRow[],
  { search = '', vendor, sort = ENGINE_SORT }: EngineQuery,
): EngineRow[] {
  const typed = search.toLowerCase();
  const found = rows
    .filter((row) => row.name.toLowerCase().includes(typed))
    .filter((row) => vendor !== 'none' || !row.vendor);
  const { name, isDescending } = parsedSort(sort);
  return sortedEngines(found, name as keyof SortedEngine, isDescending);
}

function plain(engine: Engine) {
  const { id, name, firstSeenAt, lastSeenAt, renamedAt } = engine;
  const { timesSeen, timesAnswered, timesFlagged, timesTimedOut } = engine;
  return {
    id: showId(id),
    name,
    firstSeenAt,
    lastSeenAt,
    renamedAt,
    seen: timesSeen,
    answered: timesAnswered,
    flagged: timesFlagged,
    timedOut: timesTimedOut,
  };
}

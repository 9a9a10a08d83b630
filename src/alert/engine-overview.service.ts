import { Injectable } from '@nestjs/common';
import type { Engine } from '../vendor/engine.entity.js';
import { goneEngines, likelyRenames, outEngines } from '../vendor/engine-rename.rules.js';
import { EngineService } from '../vendor/engine.service.js';
import { EngineTally } from '../vendor/engine-tally.service.js';
import { VendorService } from '../vendor/vendor.service.js';
import { UnmatchedVendors } from '../vendor/unmatched-vendors.service.js';
import { showId } from '../web/ids.js';
import { SilentAlerts } from './silent-alerts.service.js';

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

  /** @param chosenAlerts ids of alerts whose boxes are ticked */
  async read(chosenAlerts: ReadonlySet<string>): Promise<object> {
    await this.tally.write();
    const engines = await this.engines.all();
    const present = await this.engines.presentNames();
    const vendors = await this.vendors.findByNames(engines.map(({ name }) => name));
    const own = engines.filter(({ id }) => !present.has(id));
    const { gaps } = await this.engines.answering();
    const gone = goneEngines(engines, gaps).filter(({ id }) => !present.has(id));
    const goneIds = new Set(gone.map(({ id }) => id));
    const row = (engine: Engine) => {
      const vendor = vendors.get(engine.name);
      return {
        ...plain(engine),
        isGone: goneIds.has(engine.id),
        presentName: present.get(engine.id) ?? '',
        vendor: vendor && { id: showId(vendor.id) },
        addHref: `/vendor/new?${new URLSearchParams({ name: engine.name }).toString()}`,
      };
    };
    const alerts = await this.silent.all();
    return {
      renames: likelyRenames(engines).map(({ from, to }) => ({ from: row(from), to: row(to) })),
      gone: gone.map(row),
      out: outEngines(own).map(plain),
      living: own.filter(({ id }) => !goneIds.has(id)).map(plain),
      renamed: engines.filter(({ id }) => present.has(id)).map(row),
      engines: own.map(row),
      unmatched: await this.unmatched.list(),
      alerts: alerts.map(({ id, platform, openedAt }) => ({
        id: showId(id),
        platform: platform?.name ?? '',
        openedAt,
        isChosen: chosenAlerts.has(showId(id)),
      })),
    };
  }
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

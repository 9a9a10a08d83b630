import { Injectable } from '@nestjs/common';
import { setImmediate as turn } from 'node:timers/promises';
import { EngineService } from './engine.service.js';
import { nearMissFinder, type NearMissFinder } from './near-miss.rules.js';
import { VendorService } from './vendor.service.js';

/** A vendor whose name likely means an engine. */
export interface SimilarVendor {
  id: number;
  name: string;
}

/** Which vendors and engines likely mean each other; asked anew at every read. */
@Injectable()
export class NearMissService {
  constructor(
    private readonly engines: EngineService,
    private readonly vendors: VendorService,
  ) {}

  /** The engines that a vendor's name may have meant; none if an engine has that very name. */
  async of(name: string): Promise<string[]> {
    return (await this.finder())(name);
  }

  /**
   * The same for many names. Engines that were renamed are not among those found, and their old
   * names lead to the new ones.
   * @param among the engines that are looked for, where not all are
   */
  async finder(among?: ReadonlySet<string>): Promise<NearMissFinder> {
    const engines = await this.engines.all();
    const present = await this.engines.presentNames();
    const renamed = new Map(
      engines.flatMap(({ id, name }) => {
        const now = present.get(id);
        return now === undefined ? [] : [[name, now] as const];
      }),
    );
    const find = nearMissFinder(
      engines.filter(({ id }) => !present.has(id)).map(({ name }) => name),
      among,
    );
    return (name) => {
      const now = renamed.get(name);
      return now === undefined ? find(name) : [...new Set([now, ...find(name)])];
    };
  }

  /** The vendors that may have meant some engines, by engine name, those of the older rows first. */
  async vendorsFor(engineNames: Iterable<string>): Promise<Map<string, SimilarVendor[]>> {
    const similar = new Map<string, SimilarVendor[]>([...engineNames].map((name) => [name, []]));
    if (similar.size === 0) return similar;
    const find = await this.finder(new Set(similar.keys()));
    for await (const vendors of this.vendors.names()) {
      for (const vendor of vendors) {
        for (const engine of find(vendor.name)) similar.get(engine)?.push(vendor);
      }
      // So that a long list of vendors holds up nobody else's request.
      await turn();
    }
    return similar;
  }
}

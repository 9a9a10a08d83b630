import { Injectable } from '@nestjs/common';
import { setImmediate as turn } from 'node:timers/promises';
import { showId } from '../web/ids.js';
import { EngineService } from './engine.service.js';
import { NearMissService } from './near-miss.service.js';
import { VendorService } from './vendor.service.js';

/** Vendors whose name no engine ever had, as a page shows them. */
export interface UnmatchedVendorRows {
  rows: { id: string; name: string; nearMisses: string[] }[];
  count: number;
}

const SHOWN = 100;

/** Vendors that never matched: their contacts stand beside no flag. */
@Injectable()
export class UnmatchedVendors {
  constructor(
    private readonly vendors: VendorService,
    private readonly engines: EngineService,
    private readonly nearMisses: NearMissService,
  ) {}

  /** The first hundred of them, likely misspellings first, and how many there are. */
  async list(): Promise<UnmatchedVendorRows> {
    const engines = new Set((await this.engines.all()).map(({ name }) => name));
    const find = await this.nearMisses.finder();
    const near: UnmatchedVendorRows['rows'] = [];
    const far: UnmatchedVendorRows['rows'] = [];
    let count = 0;
    for await (const vendors of this.vendors.names()) {
      for (const { id, name } of vendors) {
        if (engines.has(name)) continue;
        count += 1;
        const hints = find(name);
        const rows = hints.length > 0 ? near : far;
        if (rows.length < SHOWN) rows.push({ id: showId(id), name, nearMisses: hints });
      }
      await turn();
    }
    return { rows: [...near, ...far].slice(0, SHOWN), count };
  }
}

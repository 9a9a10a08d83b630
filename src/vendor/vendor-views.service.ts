import { Injectable } from '@nestjs/common';
import { EngineService } from './engine.service.js';
import { NearMissService } from './near-miss.service.js';
import type { Vendor } from './vendor.entity.js';
import { vendorView, type VendorView } from './vendor.view.js';

/** Vendors as JSON and pages show them, beside the engines as they are known at this moment. */
@Injectable()
export class VendorViews {
  constructor(
    private readonly engines: EngineService,
    private readonly nearMisses: NearMissService,
  ) {}

  async of(vendors: readonly Vendor[]): Promise<VendorView[]> {
    const seen = await this.engines.existing(vendors.map(({ name }) => name));
    const find = await this.nearMisses.finder();
    return vendors.map((vendor) => vendorView(vendor, seen.has(vendor.name), find(vendor.name)));
  }

  async one(vendor: Vendor): Promise<VendorView> {
    const [view] = await this.of([vendor]);
    if (!view) throw new Error('One vendor in, one vendor out');
    return view;
  }
}

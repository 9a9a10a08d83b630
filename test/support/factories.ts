import { randomUUID } from 'node:crypto';
import type { Platform } from '../../src/platform/platform.entity.js';
import { type NewPlatform, PlatformService } from '../../src/platform/platform.service.js';
import type { Vendor } from '../../src/vendor/vendor.entity.js';
import { type NewVendor, VendorService } from '../../src/vendor/vendor.service.js';
import type { Providers } from './providers.js';

/** A whole application, or a part of one. */
interface Application {
  readonly nest: Providers;
}

/** A platform of which only what a test names matters. */
export function aPlatform(app: Application, given: Partial<NewPlatform> = {}): Promise<Platform> {
  const key = randomUUID();
  return app.nest
    .get(PlatformService)
    .create({ name: `Platform ${key}`, url: `https://${key}.example.org/`, ...given });
}

/** A vendor of which only what a test names matters. */
export function aVendor(app: Application, given: Partial<NewVendor> = {}): Promise<Vendor> {
  return app.nest.get(VendorService).create({ name: `Vendor ${randomUUID()}`, ...given });
}

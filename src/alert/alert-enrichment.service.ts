import { Injectable } from '@nestjs/common';
import type { Platform } from '../platform/platform.entity.js';
import { EngineService } from '../vendor/engine.service.js';
import type { Vendor } from '../vendor/vendor.entity.js';
import { VendorService } from '../vendor/vendor.service.js';
import type { Alert } from './alert.entity.js';
import type { Detection } from './detection.entity.js';
import { DetectionService } from './detection.service.js';

/** A detection with its engine's name and the vendor of that very name, if there is one. */
export interface EnrichedDetection {
  detection: Detection;
  engine: string;
  vendor: Vendor | null;
}

/** An alert with all that is shown of it but its timeline. */
export interface EnrichedAlert {
  alert: Alert;
  platform: Platform;
  /** In the order they came. */
  detections: EnrichedDetection[];
}

/**
 * Puts beside each detection whom to contact. It is done whenever alerts are read, so that a
 * vendor added later is beside the alerts that are open already.
 */
@Injectable()
export class AlertEnrichment {
  constructor(
    private readonly detections: DetectionService,
    private readonly engines: EngineService,
    private readonly vendors: VendorService,
  ) {}

  /** The same in as many queries for a page of alerts. @param alerts with their platforms */
  async enrich(alerts: readonly Alert[]): Promise<EnrichedAlert[]> {
    const byAlert = await this.detections.ofAlerts(alerts.map(({ id }) => id));
    const all = [...byAlert.values()].flat();
    const names = await this.engines.namesOf(all.map(({ engineId }) => engineId));
    const vendors = await this.vendors.findByNames(names.values());
    return alerts.map((alert) => {
      if (!alert.platform) throw new Error('An alert is enriched with its platform loaded');
      const detections = (byAlert.get(alert.id) ?? []).map((detection) => {
        const engine = names.get(detection.engineId) ?? '';
        return { detection, engine, vendor: vendors.get(engine) ?? null };
      });
      return { alert, platform: alert.platform, detections };
    });
  }

  /** One alert. */
  async enrichOne(alert: Alert): Promise<EnrichedAlert> {
    const [enriched] = await this.enrich([alert]);
    if (!enriched) throw new Error('One alert in, one alert out');
    return enriched;
  }
}

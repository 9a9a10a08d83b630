import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { NearMissService, type SimilarVendor } from '../vendor/near-miss.service.js';
import { type EnrichedAlert, AlertEnrichment } from './alert-enrichment.service.js';
import type { Alert } from './alert.entity.js';
import { AlertService } from './alert.service.js';
import { dayOf } from './dispute.rules.js';
import { type TimelineEntry, TimelineService } from './timeline.service.js';

/** All that alerts know of one of them. */
export interface AlertDossier {
  enriched: EnrichedAlert;
  /** Oldest first. */
  timeline: TimelineEntry[];
  /** Vendors that likely mean an engine without one, by engine name. */
  similar: ReadonlyMap<string, readonly SimilarVendor[]>;
  /** Other alerts of the same platform, newest first; the last few alone. */
  others: Alert[];
  /** The day in UTC. */
  today: string;
}

/** Gathers what the page of one alert shows. */
@Injectable()
export class AlertDossiers {
  constructor(
    private readonly alerts: AlertService,
    private readonly enrichment: AlertEnrichment,
    private readonly timeline: TimelineService,
    private readonly nearMisses: NearMissService,
    private readonly clock: Clock,
  ) {}

  /** @throws NotFoundError */
  async of(id: number): Promise<AlertDossier> {
    const alert = await this.alerts.get(id);
    const enriched = await this.enrichment.enrichOne(alert);
    const unknown = enriched.detections.filter(({ vendor }) => !vendor);
    return {
      enriched,
      timeline: await this.timeline.of(id),
      similar: await this.nearMisses.vendorsFor(unknown.map(({ engine }) => engine)),
      others: await this.alerts.othersOfPlatform(alert),
      today: dayOf(this.clock.now()),
    };
  }
}

import { Injectable } from '@nestjs/common';
import type { Page, PageQuery } from '../web/paging.js';
import { AlertEnrichment, type EnrichedAlert } from './alert-enrichment.service.js';
import type { AlertFilter } from './alert-filter.js';
import { AlertService } from './alert.service.js';

/** Lists of alerts with all that is shown of each. */
@Injectable()
export class AlertLists {
  constructor(
    private readonly alerts: AlertService,
    private readonly enrichment: AlertEnrichment,
  ) {}

  /** One page, in the order of `AlertService.list`. */
  async page(
    filter: AlertFilter,
    query: PageQuery & { sort?: string },
  ): Promise<Page<EnrichedAlert>> {
    const page = await this.alerts.list(filter, query);
    return { ...page, items: await this.enrichment.enrich(page.items) };
  }
}

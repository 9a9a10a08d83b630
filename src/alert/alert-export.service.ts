import { Injectable } from '@nestjs/common';
import type { Download } from '../web/download.js';
import { type CsvColumns, listCsv } from '../web/list-csv.js';
import { AlertEnrichment, type EnrichedAlert } from './alert-enrichment.service.js';
import type { AlertFilter } from './alert-filter.js';
import { AlertService } from './alert.service.js';
import { alertView, type AlertView } from './alert.view.js';

interface Row {
  view: AlertView;
  platform: EnrichedAlert['platform'];
}

const COLUMNS: CsvColumns<Row> = {
  id: ({ view }) => view.id,
  version: ({ view }) => view.version,
  platform: ({ view }) => view.platform.name,
  url: ({ view }) => view.platform.url,
  ownerName: ({ platform }) => platform.ownerName,
  ownerEmail: ({ platform }) => platform.ownerEmail,
  state: ({ view }) => view.state,
  severity: ({ view }) => view.severity,
  reason: ({ view }) => view.reason,
  assignee: ({ view }) => view.assignee,
  openedAt: ({ view }) => view.openedAt,
  updatedAt: ({ view }) => view.updatedAt,
  resolvedAt: ({ view }) => view.resolvedAt,
  previousAlertId: ({ view }) => view.previousAlertId,
  engines: ({ view }) => {
    const counting = view.detections.filter(({ state }) => state === 'detected');
    return new Set(counting.map(({ engine }) => engine)).size;
  },
  detections: ({ view }) =>
    view.detections
      .map(({ engine, category, result, state }) => `${engine}: ${result ?? category} (${state})`)
      .join('; '),
};

/** Alerts as a CSV file. */
@Injectable()
export class AlertExport {
  constructor(
    private readonly alerts: AlertService,
    private readonly enrichment: AlertEnrichment,
  ) {}

  /** All alerts that are meant, in the order of the list; memory does not grow with their number. */
  csv(filter: AlertFilter, sort?: string): Download {
    return listCsv('oju-alerts', COLUMNS, this.rows(filter, sort));
  }

  private async *rows(filter: AlertFilter, sort?: string): AsyncGenerator<Row[]> {
    for await (const batch of this.alerts.batches(filter, sort)) {
      const enriched = await this.enrichment.enrich(batch);
      yield enriched.map((one) => ({ view: alertView(one), platform: one.platform }));
    }
  }
}

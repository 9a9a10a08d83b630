import { Injectable } from '@nestjs/common';
import { csvRow } from '../web/csv-row.js';
import type { Download } from '../web/download.js';
import { AlertEnrichment, type EnrichedAlert } from './alert-enrichment.service.js';
import type { AlertFilter } from './alert-filter.js';
import { AlertService } from './alert.service.js';
import { alertView } from './alert.view.js';

const COLUMNS = [
  ...['id', 'version', 'platform', 'url', 'ownerName', 'ownerEmail', 'state', 'severity', 'reason'],
  ...[
    'assignee',
    'openedAt',
    'updatedAt',
    'resolvedAt',
    'previousAlertId',
    'engines',
    'detections',
  ],
];

/** Alerts as a CSV file. */
@Injectable()
export class AlertExport {
  constructor(
    private readonly alerts: AlertService,
    private readonly enrichment: AlertEnrichment,
  ) {}

  /** All alerts that are meant, in the order of the list; memory does not grow with their number. */
  csv(filter: AlertFilter): Download {
    return { name: 'oju-alerts.csv', type: 'text/csv', text: this.lines(filter) };
  }

  private async *lines(filter: AlertFilter): AsyncGenerator<string> {
    yield csvRow(COLUMNS);
    for await (const batch of this.alerts.batches(filter)) {
      yield (await this.enrichment.enrich(batch)).map(line).join('');
    }
  }
}

function line(enriched: EnrichedAlert): string {
  const view = alertView(enriched);
  const { ownerName, ownerEmail } = enriched.platform;
  const counting = view.detections.filter(({ state }) => state === 'detected');
  return csvRow([
    view.id,
    view.version,
    view.platform.name,
    view.platform.url,
    ownerName,
    ownerEmail,
    view.state,
    view.severity,
    view.reason,
    view.assignee,
    view.openedAt,
    view.updatedAt,
    view.resolvedAt,
    view.previousAlertId,
    new Set(counting.map(({ engine }) => engine)).size,
    view.detections
      .map(({ engine, category, result, state }) => `${engine}: ${result ?? category} (${state})`)
      .join('; '),
  ]);
}

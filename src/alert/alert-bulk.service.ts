import { Injectable, Logger } from '@nestjs/common';
import { DomainError } from '../web/domain-error.js';
import { translator } from '../web/translator.js';
import { type AlertChange, AlertService } from './alert.service.js';

const t = translator();

/** An alert as somebody saw it who chose it. */
export interface ChosenAlert {
  id: number;
  version: number;
}

/** What became of a change of several alerts. */
export interface BulkOutcome {
  changed: number;
  /** They were like that already. */
  unchanged: number;
  refused: { id: number; why: string }[];
}

/** Changes several alerts at once. */
@Injectable()
export class AlertBulk {
  private readonly logger = new Logger(AlertBulk.name);

  constructor(private readonly alerts: AlertService) {}

  /**
   * Makes one change to each of the alerts, each in a unit of work of its own: one that is refused,
   * because somebody changed it meanwhile or it does not admit the change, holds up no other. Nor does
   * one that fails: it is told like those, and why is in the log.
   */
  async change(
    chosen: readonly ChosenAlert[],
    change: Omit<AlertChange, 'version'>,
    actor: string,
  ): Promise<BulkOutcome> {
    const outcome: BulkOutcome = { changed: 0, unchanged: 0, refused: [] };
    for (const { id, version } of chosen) {
      try {
        const alert = await this.alerts.change(id, { ...change, version }, actor);
        if (alert.version === version) outcome.unchanged += 1;
        else outcome.changed += 1;
      } catch (error) {
        outcome.refused.push({ id, why: this.reasonOf(error, id) });
      }
    }
    return outcome;
  }

  private reasonOf(error: unknown, id: number): string {
    if (error instanceof DomainError) return reasonOf(error);
    this.logger.error(`The change of alert ${id} failed: ${String(error)}`);
    return t('alert.bulk.failed');
  }
}

function reasonOf({ details, messageKey }: DomainError): string {
  const fields = (details.fields ?? []).map(({ field, message, params }) =>
    t('alert.bulk.fieldRefused', { field, why: t(message, params) }),
  );
  return fields.length > 0 ? fields.join('; ') : t(messageKey, details.params);
}

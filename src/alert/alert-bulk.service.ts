import { Injectable, Logger } from '@nestjs/common';
import { type BulkOutcome, changeEach } from '../web/bulk.js';
import { type AlertChange, AlertService } from './alert.service.js';

/** An alert as somebody saw it who chose it. */
export interface ChosenAlert {
  id: number;
  version: number;
}

/** Changes several alerts at once. */
@Injectable()
export class AlertBulk {
  private readonly logger = new Logger(AlertBulk.name);

  constructor(private readonly alerts: AlertService) {}

  /** Makes one change to each of the alerts, each in a unit of work of its own. */
  async change(
    chosen: readonly ChosenAlert[],
    change: Omit<AlertChange, 'version'>,
    actor: string,
  ): Promise<BulkOutcome> {
    const changeOne = async ({ id, version }: ChosenAlert): Promise<boolean> => {
      const alert = await this.alerts.change(id, { ...change, version }, actor);
      return alert.version !== version;
    };
    return changeEach(chosen, changeOne, this.logger);
  }
}

import { Injectable } from '@nestjs/common';
import { AlertConfirmations } from '../alert/alert-confirmation.service.js';
import { BudgetUsageService } from '../virustotal/budget-usage.service.js';
import { showId } from '../web/ids.js';
import { EngineWakeup } from './engine-wakeup.js';
import { hasReserveForConfirmation } from './flag-confirmation.rules.js';
import { IntegrationNotActiveError, PlatformNotScannableError } from './scan.errors.js';
import { ScanService } from './scan.service.js';

/** Another instance was quicker. */
class ConfirmationTakenError extends Error {}

/**
 * Scans a platform again that one engine alone has flagged, once and hours later: many such flags
 * are gone by then, and what is confirmed is worth somebody's time. It goes from the reserve of the
 * budget, and only while that holds as much for what people ask for.
 */
@Injectable()
export class FlagConfirmation {
  constructor(
    private readonly confirmations: AlertConfirmations,
    private readonly scans: ScanService,
    private readonly usage: BudgetUsageService,
    private readonly engine: EngineWakeup,
  ) {}

  /** Begins the re-scans that are due. What the reserve does not allow now is due again later. */
  async look(): Promise<number> {
    let begun = 0;
    for (const { id, platformId } of await this.confirmations.due()) {
      if (!(await this.confirmations.isNeeded(id))) continue;
      if (!hasReserveForConfirmation(await this.usage.state(), begun)) break;
      if (await this.begin(id, platformId)) begun += 1;
    }
    if (begun > 0) this.engine.wake();
    return begun;
  }

  private async begin(alertId: number, platformId: number): Promise<boolean> {
    try {
      await this.scans.startNamed([platformId], {
        trigger: 'scheduled',
        requestedBy: null,
        alsoWrite: async ({ id }) => {
          if (!(await this.confirmations.take(alertId, showId(id)))) {
            throw new ConfirmationTakenError();
          }
        },
      });
      return true;
    } catch (error) {
      const isNoTime =
        error instanceof ConfirmationTakenError ||
        error instanceof IntegrationNotActiveError ||
        error instanceof PlatformNotScannableError;
      if (!isNoTime) throw error;
      return false;
    }
  }
}

import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import {
  type HealthIndicatorFunction,
  HealthCheckService,
  HealthIndicatorService,
} from '@nestjs/terminus';
import { translator } from '../web/translator.js';
import { DatabaseHealth } from './database.health.js';
import { QueueHealth } from './queue.health.js';
import { type ScanningStatus, ScanningStatusService } from './scanning-status.service.js';

/** The parts that a probe asks for, each a check that names itself. No secret is in any answer. */
@Injectable()
export class HealthService {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: DatabaseHealth,
    private readonly queue: QueueHealth,
    private readonly scanning: ScanningStatusService,
  ) {}

  /** Database, migrations, and the queue where there is one. @throws ServiceUnavailableException with the failing part */
  ready() {
    return this.checks.check(this.parts());
  }

  /** Everything, scanning too. @throws ServiceUnavailableException with the failing part */
  all() {
    return this.checks.check([...this.parts(), this.scanningIsWell()]);
  }

  /** Whether {@link all} finds nothing that fails. */
  async isWell(): Promise<boolean> {
    try {
      await this.all();
      return true;
    } catch (error) {
      if (error instanceof ServiceUnavailableException) return false;
      throw error;
    }
  }

  private parts(): HealthIndicatorFunction[] {
    return [this.database.answers(), this.database.schemaIsCurrent(), ...this.queue.answers()];
  }

  private scanningIsWell(): HealthIndicatorFunction {
    return async () => {
      const indicator = this.indicators.check('scanning');
      try {
        const status = await this.scanning.status();
        const details = scanningDetails(status);
        return status.isOverdue || status.keyProblem !== null
          ? indicator.down(details)
          : indicator.up(details);
      } catch {
        return indicator.down('the database does not answer');
      }
    };
  }
}

function scanningDetails(status: ScanningStatus) {
  const { day, month } = status.budget;
  return {
    integration: status.integration,
    keyRejected: status.keyProblem === 'rejected',
    keyProblem: keyProblemInWords(status),
    overdue: status.isOverdue,
    nextScanAt: status.nextScanAt?.toISOString() ?? null,
    lastScan: status.lastScan
      ? {
          id: String(status.lastScan.scan.id),
          state: status.lastScan.scan.state,
          reason: status.lastScan.scan.reason,
          waitingUntil: status.lastScan.scan.waitingUntil?.toISOString() ?? null,
          startedAt: status.lastScan.scan.startedAt?.toISOString() ?? null,
          finishedAt: status.lastScan.scan.finishedAt?.toISOString() ?? null,
          counts: status.lastScan.counts,
        }
      : null,
    budget: {
      day: { used: day.used + day.usedByOthers, limit: day.limit },
      month: { used: month.used + month.usedByOthers, limit: month.limit },
    },
  };
}

function keyProblemInWords({ keyProblem }: ScanningStatus): string | null {
  return keyProblem === null ? null : translator()(`status.keyProblem.${keyProblem}`);
}

import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import { Clock } from '../../config/clock.js';
import { OperatorHttp } from '../../outgoing/operator-http.service.js';
import { OutgoingError } from '../../outgoing/outgoing.error.js';
import { translator } from '../../web/translator.js';
import { HealthService } from '../health.service.js';

const t = translator();

const PERIOD_MS = 60 * 60_000;
/** After a try that failed, ms. */
const RETRY_MS = 2 * 60_000;

/**
 * Fetches OJU_HEARTBEAT_URL every hour while `/health` finds all well, so that a watchdog outside
 * notices silence: that of a scan that is overdue, and that of Oju itself. Every instance does.
 */
@Injectable()
export class Heartbeat {
  private readonly logger = new Logger('Heartbeat');
  /** Monotonic, ms. */
  private dueMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly config: AppConfig,
    private readonly clock: Clock,
    private readonly health: HealthService,
    private readonly http: OperatorHttp,
  ) {}

  /** Called every minute. @param stop gives up a request that is on its way */
  async look(stop: AbortSignal): Promise<void> {
    const { heartbeatUrl } = this.config;
    if (heartbeatUrl === null || this.clock.monotonicMs() < this.dueMs) return;
    if (!(await this.health.isWell())) return;
    const complaint = await this.fetch(heartbeatUrl, stop);
    if (stop.aborted) return;
    this.dueMs = this.clock.monotonicMs() + (complaint === null ? PERIOD_MS : RETRY_MS);
    if (complaint !== null) this.logger.warn(`The heartbeat failed: ${complaint}`);
  }

  /** @returns what went wrong, without the address, which may hold a secret; null when nothing did */
  private async fetch(url: string, signal: AbortSignal): Promise<string | null> {
    try {
      const { status } = await this.http.request({ url, signal, ignoresBody: true });
      if (status >= 200 && status < 300) return null;
      const host = new URL(url).hostname;
      if (status >= 300 && status < 400) return t('outgoing.error.redirected', { host });
      return `${host} answered ${status}`;
    } catch (error) {
      if (!(error instanceof OutgoingError)) throw error;
      return t(error.messageKey, error.details.params);
    }
  }
}

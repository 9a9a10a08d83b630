import { AlertEnrichment, type EnrichedAlert } from '../../src/alert/alert-enrichment.service.js';
import { AlertJudge } from '../../src/alert/alert-judge.service.js';
import { Alert } from '../../src/alert/alert.entity.js';
import { type AlertChange, AlertService } from '../../src/alert/alert.service.js';
import { TimelineService } from '../../src/alert/timeline.service.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { EngineService } from '../../src/vendor/engine.service.js';
import { Clock } from '../../src/config/clock.js';
import type { TestApp } from './app.js';

/** What engines say in one scan: a category, or a category and a result. */
export type Says = Record<string, string | readonly [category: string, result: string | null]>;

export const CONCLUSIVE = { isConclusive: true, threshold: 1 };
export const INCONCLUSIVE = { isConclusive: false, threshold: 1 };

/** Drives alerts as scans and people do, and reads back what came of it. */
export class AlertScenario {
  constructor(private readonly app: TestApp) {}

  /** One completed scan of a platform; returns whether it is flagged then. */
  async scan(platformId: number, says: Says, how = CONCLUSIVE): Promise<boolean> {
    return this.unitOfWork.run(() => this.scanInside(platformId, says, how));
  }

  /** The same inside a unit of work of the caller's. */
  async scanInside(platformId: number, says: Says, how = CONCLUSIVE): Promise<boolean> {
    await this.get(PlatformService).lock(platformId);
    const at = this.get(Clock).now();
    const ids = await this.get(EngineService).ensure(Object.keys(says), at);
    const verdicts = Object.entries(says).map(([engine, said]) => {
      const [category, result] = typeof said === 'string' ? [said, said] : said;
      return { engine: ids.get(engine) ?? 0, category, result, method: 'blacklist' };
    });
    const { isFlagged } = await this.get(AlertJudge).apply({ platformId, verdicts, ...how, at });
    return isFlagged;
  }

  /** A person's change of an alert. */
  change(alertId: number, change: AlertChange): Promise<Alert> {
    return this.get(AlertService).change(alertId, change, 'ada@example.org');
  }

  /** Takes a platform out of use, as far as alerts care. */
  async remove(platformId: number): Promise<void> {
    await this.unitOfWork.run(async () => {
      await this.get(PlatformService).archive(platformId);
      await this.get(AlertService).platformRemoved(platformId);
    });
  }

  /** Every alert of a platform, oldest first. */
  alerts(platformId: number): Promise<Alert[]> {
    return this.unitOfWork.repository(Alert).find({ where: { platformId }, order: { id: 'ASC' } });
  }

  /** The platform's newest alert. */
  async latest(platformId: number): Promise<Alert> {
    const alert = (await this.alerts(platformId)).at(-1);
    if (!alert) throw new Error('The platform has no alert');
    return alert;
  }

  async enriched(alertId: number): Promise<EnrichedAlert> {
    return this.get(AlertEnrichment).enrichOne(await this.get(AlertService).get(alertId));
  }

  /** An alert's detections as `engine: category result, state`, in order of their names. */
  async detections(alertId: number): Promise<string[]> {
    const { detections } = await this.enriched(alertId);
    return detections
      .map(({ engine, detection: { category, result, state } }) =>
        [`${engine}: ${category}`, ...(result === category ? [] : [result]), state].join(', '),
      )
      .sort();
  }

  /** What the lines of an alert's timeline are, oldest first. */
  async kinds(alertId: number): Promise<string[]> {
    const entries = await this.get(TimelineService).of(alertId);
    return entries.map(({ kind }) => kind);
  }

  get unitOfWork(): UnitOfWork {
    return this.get(UnitOfWork);
  }

  private get<T>(type: abstract new (...args: never[]) => T): T {
    return this.app.nest.get<T>(type, { strict: false });
  }
}

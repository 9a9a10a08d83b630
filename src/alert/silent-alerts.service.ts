import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Alert } from './alert.entity.js';
import { EngineService } from '../vendor/engine.service.js';
import { AlertService } from './alert.service.js';
import { Detection } from './detection.entity.js';

/**
 * Alerts that only silent engines hold open. No scan will clear them, since nobody answers any
 * more, and none resolves by itself: a person settles them, or confirms a rename. Those of platforms
 * that are not scanned any more are among them, though no scan has found their engines silent.
 */
@Injectable()
export class SilentAlerts {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly alerts: AlertService,
    private readonly engines: EngineService,
  ) {}

  /** All of them with their platforms, those open longest first. */
  async all(): Promise<Alert[]> {
    return (await this.query()).orderBy('alert.id', 'ASC').getMany();
  }

  /**
   * Settles those of the alerts that still are such as `engine_gone`, all or none.
   * @param actor who does, for the timelines
   * @returns how many
   */
  async settle(ids: readonly number[], actor: string): Promise<number> {
    return this.unitOfWork.run(async () => {
      if (ids.length === 0) return 0;
      const silent = await (
        await this.query()
      )
        .andWhere('alert.id IN (:...ids)', { ids })
        .orderBy('alert.platformId', 'ASC')
        .getMany();
      for (const { id, version } of silent) {
        await this.alerts.change(id, { state: 'resolved', reason: 'engine_gone', version }, actor);
      }
      return silent.length;
    });
  }

  private async query() {
    const gone = await this.engines.silentIds();
    const query = this.unitOfWork
      .repository(Alert)
      .createQueryBuilder('alert')
      .innerJoinAndSelect('alert.platform', 'platform')
      .where('alert.openPlatformId IS NOT NULL');
    const live = (name: string, condition: string) =>
      query
        .subQuery()
        .select('1')
        .from(Detection, name)
        .where(`${name}.alertId = alert.id`)
        .andWhere(`${name}.liveEngineId IS NOT NULL`)
        .andWhere(condition)
        .getQuery();
    const isHeard = gone.length > 0 ? 'AND heard.engineId NOT IN (:...gone)' : '';
    return query
      .andWhere(`EXISTS ${live('held', "held.state IN ('silent', 'detected')")}`)
      .andWhere(`NOT EXISTS ${live('heard', `heard.state = 'detected' ${isHeard}`)}`)
      .setParameters({ gone });
  }
}

import { Injectable } from '@nestjs/common';
import { In, type Repository } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { PlatformService } from '../platform/platform.service.js';
import type { Engine } from '../vendor/engine.entity.js';
import { EngineNames } from '../vendor/engine-names.service.js';
import { Acceptance } from './acceptance.entity.js';
import { AlertKeeper } from './alert-keeper.service.js';
import { mergedDetections } from './detection-rename.rules.js';
import { Detection } from './detection.entity.js';
import { DetectionService } from './detection.service.js';
import type { TimelineLine } from './timeline.service.js';

/** Confirms that an engine goes on under another name, and moves what stands under the old one. */
@Injectable()
export class EngineRename {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly names: EngineNames,
    private readonly platforms: PlatformService,
    private readonly alerts: AlertKeeper,
    private readonly detectionService: DetectionService,
  ) {}

  /**
   * Live detections and acceptances of the old name are the new name's from now on; what is past
   * stays as it was answered. Vendors are not touched.
   * @param actor who confirms, for the timelines
   * @throws NotFoundError, RenameRefusedError
   */
  async confirm(
    fromId: number,
    toId: number,
    actor: string,
  ): Promise<{ from: Engine; to: Engine; platforms: number }> {
    return this.unitOfWork.run(async () => {
      const platformIds = await this.platformsOf(fromId);
      // Platforms before engines, as every scan takes them.
      for (const platformId of platformIds) await this.platforms.lock(platformId);
      const { from, to } = await this.names.rename(fromId, toId);
      for (const platformId of platformIds) {
        await this.move(platformId, from, to, actor);
        await this.detectionService.disputes.rename(platformId, fromId, toId);
      }
      return { from, to, platforms: platformIds.length };
    });
  }

  private async platformsOf(engineId: number): Promise<number[]> {
    const live = await this.detections.findBy({ liveEngineId: engineId });
    const accepted = await this.unitOfWork.repository(Acceptance).findBy({ engineId });
    const disputed = await this.detectionService.disputes.platformsOf(engineId);
    const ids = new Set(
      [...live, ...accepted].map(({ platformId }) => platformId).concat(disputed),
    );
    return [...ids].sort((a, b) => a - b);
  }

  private async move(platformId: number, from: Engine, to: Engine, actor: string): Promise<void> {
    await this.unitOfWork
      .repository(Acceptance)
      .update({ platformId, engineId: from.id }, { engineId: to.id });
    const rows = await this.detections.findBy({
      platformId,
      liveEngineId: In([from.id, to.id]),
    });
    const old = rows.find(({ liveEngineId }) => liveEngineId === from.id);
    if (!old) return;
    const recent = rows.find(({ liveEngineId }) => liveEngineId === to.id);
    if (recent) await this.merge(platformId, old, recent, to.id);
    else await this.detections.update(old.id, { engineId: to.id, liveEngineId: to.id });
    const touched = new Set([old, recent].flatMap((row) => row?.alertId ?? []));
    for (const alertId of touched) await this.tell(alertId, from.name, to.name, actor);
    const live = await this.detectionService.live(platformId);
    await this.platforms.recordFlag(
      platformId,
      live.some(({ state }) => state !== 'accepted'),
    );
  }

  private async merge(
    platformId: number,
    old: Detection,
    recent: Detection,
    engineId: number,
  ): Promise<void> {
    const open = await this.alerts.openOf(platformId);
    const { keptId, kept, other } = mergedDetections(old, recent, open?.id ?? null);
    if (other.alertId === null) await this.detections.delete(other.id);
    else {
      const state = other.state === 'detected' ? 'silent' : other.state;
      await this.detections.update(other.id, { liveEngineId: null, state });
    }
    await this.detections.update(keptId, { ...kept, engineId, liveEngineId: engineId });
  }

  private async tell(alertId: number, from: string, to: string, actor: string): Promise<void> {
    const alert = await this.alerts.find(alertId);
    if (!alert) return;
    const lines: TimelineLine[] = [{ kind: 'engine_renamed', data: { from, engine: to } }];
    const before = alert.severity;
    if (alert.openPlatformId !== null) {
      alert.severity = (await this.detectionService.severity(alertId)) ?? before;
    }
    if (alert.severity !== before) {
      lines.push({ kind: 'severity_changed', data: { from: before, to: alert.severity } });
    }
    await this.alerts.save(alert, lines, actor);
  }

  private get detections(): Repository<Detection> {
    return this.unitOfWork.repository(Detection);
  }
}

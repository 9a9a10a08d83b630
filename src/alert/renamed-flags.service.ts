import { Injectable } from '@nestjs/common';
import { In, IsNull, Not, type Repository } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { EngineService } from '../vendor/engine.service.js';
import { presentOf, type Renames, renamesSince } from '../vendor/renames.rules.js';
import { Acceptance } from './acceptance.entity.js';
import { AlertKeeper } from './alert-keeper.service.js';
import { mergedDetections } from './detection-rename.rules.js';
import { Detection } from './detection.entity.js';
import { DetectionService } from './detection.service.js';
import { SYSTEM, type TimelineLine } from './timeline.service.js';

/** Moves what stands under an engine's old name to the name that it has now. */
@Injectable()
export class RenamedFlags {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly engines: EngineService,
    private readonly alerts: AlertKeeper,
    private readonly detectionService: DetectionService,
  ) {}

  /** The platforms on which something still stands under a name that was replaced, by id. */
  async platforms(): Promise<number[]> {
    const old = [...(await this.engines.renames()).keys()];
    if (old.length === 0) return [];
    const engineId = In(old);
    const live = await this.detections.find({
      select: { id: true, platformId: true },
      where: { engineId, liveEngineId: Not(IsNull()) },
    });
    const accepted = await this.acceptances.find({
      select: { id: true, platformId: true },
      where: { engineId },
    });
    const disputed = await this.detectionService.disputes.platformsOf(old);
    const ids = new Set([...live, ...accepted].map(({ platformId }) => platformId));
    for (const platformId of disputed) ids.add(platformId);
    return [...ids].sort((a, b) => a - b);
  }

  /**
   * Moves live detections, acceptances and open disputes of one platform. Joins a unit of work that holds its lock.
   * Whether the platform is flagged stays as it is: what counts goes on to count.
   * @param actor who confirmed the rename, for the timelines
   */
  async move(platformId: number, renames: Renames, actor: string = SYSTEM): Promise<void> {
    await this.moveAcceptances(platformId, renames);
    await this.moveFlags(platformId, renames, actor);
    // After the flags, which they are written to.
    const { disputes } = this.detectionService;
    for (const engineId of (await disputes.openOf(platformId)).keys()) {
      const present = presentOf(engineId, renames);
      if (present !== engineId) await disputes.rename(platformId, engineId, present);
    }
  }

  private async moveFlags(platformId: number, renames: Renames, actor: string): Promise<void> {
    const rows = await this.detections.find({
      where: { platformId, liveEngineId: Not(IsNull()) },
      relations: { engine: true },
      order: { id: 'ASC' },
    });
    const speaking = new Map(rows.map((row) => [row.engineId, row]));
    const old = rows
      .filter(({ engineId }) => renames.has(engineId))
      .sort((a, b) => renamesSince(b.engineId, renames) - renamesSince(a.engineId, renames));
    if (old.length === 0) return;
    const names = await this.engines.namesOf(old.map((row) => presentOf(row.engineId, renames)));
    const lines = new Map<number, TimelineLine[]>();
    const merged = new Set<number>();
    for (const row of old) {
      const from = row.engine?.name ?? '';
      const engineId = presentOf(row.engineId, renames);
      const recent = speaking.get(engineId);
      const line = { kind: 'engine_renamed', data: { from, engine: names.get(engineId) ?? '' } };
      for (const alertId of new Set([row, recent].flatMap((one) => one?.alertId ?? []))) {
        lines.set(alertId, [...(lines.get(alertId) ?? []), line as TimelineLine]);
        if (recent) merged.add(alertId);
      }
      if (recent) speaking.set(engineId, await this.merge(row, recent));
      else {
        await this.detections.update(row.id, { engineId, liveEngineId: engineId });
        speaking.set(engineId, row);
      }
    }
    for (const [alertId, told] of lines) await this.tell(alertId, told, merged, actor);
  }

  private async moveAcceptances(platformId: number, renames: Renames): Promise<void> {
    const rows = await this.acceptances.findBy({ platformId });
    for (const { id, engineId } of rows) {
      if (renames.has(engineId)) {
        await this.acceptances.update(id, { engineId: presentOf(engineId, renames) });
      }
    }
  }

  private async merge(old: Detection, recent: Detection): Promise<Detection> {
    const { platformId, engineId } = recent;
    const open = await this.alerts.openOf(platformId);
    const { keptId, kept, other } = mergedDetections(old, recent, open?.id ?? null);
    if (other.alertId === null) await this.detections.delete(other.id);
    else {
      const state = other.state === 'detected' ? 'silent' : other.state;
      await this.detections.update(other.id, { liveEngineId: null, state });
    }
    await this.detections.update(keptId, { ...kept, engineId, liveEngineId: engineId });
    return Object.assign(keptId === old.id ? old : recent, kept, { engineId });
  }

  private async tell(
    alertId: number,
    told: readonly TimelineLine[],
    merged: ReadonlySet<number>,
    actor: string,
  ): Promise<void> {
    const alert = await this.alerts.find(alertId);
    if (!alert) return;
    const lines = [...told];
    const before = alert.severity;
    // Where a flag only has another name now, as many count as before.
    if (alert.openPlatformId !== null && merged.has(alertId)) {
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

  private get acceptances(): Repository<Acceptance> {
    return this.unitOfWork.repository(Acceptance);
  }
}

import { Injectable } from '@nestjs/common';
import { In, IsNull, Not, type Repository } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { isSilent } from '../vendor/engine-silence.rules.js';
import { EngineService } from '../vendor/engine.service.js';
import { severityOf, type Severity } from './alert.rules.js';
import { Detection } from './detection.entity.js';
import { DisputeKeeper } from './dispute-keeper.service.js';
import type { DetectionChanges, LiveDetection, Raised, Seen } from './evidence.js';

const LIVE = Not(IsNull());

/** All that a detection says, but not where it is listed. */
const COPIED = [
  'platformId',
  'engineId',
  'liveEngineId',
  'category',
  'result',
  'method',
  'state',
  'firstSeenAt',
  'lastSeenAt',
  'clearedAt',
  'disputeId',
] as const;

/** The detections of platforms. Every method that writes joins a unit of work. */
@Injectable()
export class DetectionService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly engines: EngineService,
    /** What vendors were asked about them. */
    readonly disputes: DisputeKeeper,
  ) {}

  /** The detections that speak for their engines on a platform. */
  async live(platformId: number): Promise<LiveDetection[]> {
    const rows = await this.detections.find({
      where: { platformId, liveEngineId: LIVE },
      relations: { engine: true },
      order: { id: 'ASC' },
    });
    if (rows.length === 0) return [];
    const answering = await this.engines.answering();
    return rows.map(({ id, engineId, alertId, category, result, method, state, engine }) => ({
      id,
      engine: engineId,
      alertId,
      category,
      result,
      method,
      state: state === 'cleared' ? 'detected' : state,
      isEngineSilent:
        engine !== undefined && isSilent(engine.lastAnsweredAt ?? engine.firstSeenAt, answering),
    }));
  }

  /** Every detection of some alerts, by alert and in the order they came. */
  async ofAlerts(alertIds: readonly number[]): Promise<Map<number, Detection[]>> {
    const byAlert = new Map<number, Detection[]>(alertIds.map((id) => [id, []]));
    if (alertIds.length === 0) return byAlert;
    const rows = await this.detections.find({
      where: { alertId: In([...alertIds]) },
      relations: { dispute: true },
      order: { id: 'ASC' },
    });
    for (const row of rows) if (row.alertId !== null) byAlert.get(row.alertId)?.push(row);
    return byAlert;
  }

  /** The severity of an alert from its detections that count; null when none does. */
  async severity(alertId: number): Promise<Severity | null> {
    const rows = await this.detections.findBy({ alertId, state: 'detected', liveEngineId: LIVE });
    return severityOf(rows.map((row) => row.category));
  }

  /** Writes what a scan changed. @param alertId the alert that new detections belong to, if any */
  async apply(
    platformId: number,
    changes: DetectionChanges,
    alertId: number | null,
  ): Promise<void> {
    const now = this.clock.now();
    const { clearedIds, seen, hushed, raised } = changes;
    if (clearedIds.length > 0) {
      await this.detections.update(
        { id: In(clearedIds) },
        { state: 'cleared', clearedAt: now, liveEngineId: null },
      );
    }
    await this.see(seen, now);
    for (const { detectionId, state } of hushed) {
      await this.detections.update(detectionId, { state });
    }
    await this.raise(raised, platformId, alertId, now);
  }

  /**
   * Brings everything live on the platform under an alert that was opened just now, again or for
   * the first time. What belonged to none moves; what another alert holds stays there as it was
   * and is listed here anew, or brings this alert's own old row of that engine up to date. An old
   * row whose engine has said nothing since speaks for it again; one that it cleared elsewhere
   * meanwhile is cleared.
   * @returns the detections that this alert did not list before
   */
  async gatherUnder(alertId: number, platformId: number): Promise<Detection[]> {
    const live = await this.detections.findBy({ platformId, liveEngineId: LIVE });
    const oldOf = await this.oldRows(alertId);
    const gathered: Detection[] = [];
    for (const row of live) {
      const own = oldOf.get(row.engineId);
      oldOf.delete(row.engineId);
      if (row.alertId === alertId) continue;
      if (own) await this.succeed(row, own);
      else gathered.push(await this.list(row, alertId));
    }
    await this.revive([...oldOf.values()], platformId);
    return gathered;
  }

  /**
   * Silent detections of an alert are history from now on: their engines are gone. So are those that
   * no scan has found silent yet: none comes to a platform that is not scanned any more.
   * @returns the names of the engines that were not known to be silent
   */
  async retireSilent(alertId: number): Promise<string[]> {
    const hushed = await this.detections.findBy({
      alertId,
      state: 'detected',
      liveEngineId: In(await this.engines.silentIds()),
    });
    if (hushed.length > 0) {
      await this.detections.update({ id: In(hushed.map(({ id }) => id)) }, { state: 'silent' });
    }
    await this.detections.update({ alertId, state: 'silent' }, { liveEngineId: null });
    const names = await this.engines.namesOf(hushed.map(({ engineId }) => engineId));
    return [...names.values()];
  }

  /** What is not accepted on a platform that is monitored no more is history from now on. */
  async retirePlatform(platformId: number): Promise<void> {
    await this.detections.update({ platformId, state: Not('accepted') }, { liveEngineId: null });
  }

  private async see(seen: readonly Seen[], now: Date): Promise<void> {
    const asBefore = seen.filter(({ isChanged, hasNewMethod }) => !isChanged && !hasNewMethod);
    if (asBefore.length > 0) {
      const ids = asBefore.map(({ detectionId }) => detectionId);
      await this.detections.update({ id: In(ids) }, { lastSeenAt: now });
    }
    for (const { detectionId, verdict, state, isChanged, hasNewMethod } of seen) {
      if (!isChanged && !hasNewMethod) continue;
      const { category, result, method } = verdict;
      await this.detections.update(detectionId, {
        category,
        result,
        method,
        state,
        lastSeenAt: now,
      });
    }
  }

  private async raise(
    raised: readonly Raised[],
    platformId: number,
    alertId: number | null,
    now: Date,
  ): Promise<void> {
    if (raised.length === 0) return;
    const replaced = raised.flatMap(({ replaces }) => replaces ?? []);
    if (replaced.length > 0) {
      await this.detections.update({ id: In(replaced) }, { liveEngineId: null });
    }
    // Who was asked about this engine's flag was asked about the platform, whatever it says now.
    const disputes = await this.disputes.openOf(platformId);
    await this.detections.insert(
      raised.map(({ verdict: { engine, category, result, method }, state }) => ({
        platformId,
        engineId: engine,
        liveEngineId: engine,
        alertId,
        category,
        result,
        method,
        state,
        firstSeenAt: now,
        lastSeenAt: now,
        clearedAt: null,
        disputeId: disputes.get(engine)?.id ?? null,
      })),
    );
  }

  /** `own` speaks for the engine in place of `row`, with what `row` says. */
  private async succeed(row: Detection, own: Detection): Promise<void> {
    const { category, result, method, state, lastSeenAt, liveEngineId, disputeId } = row;
    await this.detections.update(row.id, { liveEngineId: null });
    await this.detections.update(own.id, {
      category,
      result,
      method,
      state,
      lastSeenAt,
      liveEngineId,
      disputeId,
    });
  }

  /** Moves a detection of no alert to this one, or copies one that another alert keeps. */
  private async list(row: Detection, alertId: number): Promise<Detection> {
    if (row.alertId === null) {
      await this.detections.update(row.id, { alertId });
    } else {
      await this.detections.update(row.id, { liveEngineId: null });
      const copy = Object.fromEntries(COPIED.map((name) => [name, row[name]]));
      await this.detections.insert({ ...copy, alertId });
    }
    return row;
  }

  /** What an alert holds that was neither cleared nor speaks for its engine any more, by engine. */
  private async oldRows(alertId: number): Promise<Map<number, Detection>> {
    const rows = await this.detections.find({
      where: { alertId, liveEngineId: IsNull(), state: Not('cleared') },
      order: { lastSeenAt: 'ASC', id: 'ASC' },
    });
    return new Map(rows.map((row) => [row.engineId, row]));
  }

  private async revive(rows: readonly Detection[], platformId: number): Promise<void> {
    if (rows.length === 0) return;
    const cleared = await this.detections.findBy({
      platformId,
      engineId: In(rows.map(({ engineId }) => engineId)),
      state: 'cleared',
    });
    // Meanwhile its vendor may have been asked on another alert.
    const disputes = await this.disputes.openOf(platformId);
    for (const { id, engineId, lastSeenAt, disputeId } of rows) {
      const times = cleared
        .filter((other) => other.engineId === engineId)
        .flatMap(({ clearedAt }) => clearedAt ?? []);
      const clearedAt = times.find((time) => time >= lastSeenAt);
      await this.detections.update(
        id,
        clearedAt
          ? { state: 'cleared', clearedAt }
          : { liveEngineId: engineId, disputeId: disputes.get(engineId)?.id ?? disputeId },
      );
    }
  }

  private get detections(): Repository<Detection> {
    return this.unitOfWork.repository(Detection);
  }
}

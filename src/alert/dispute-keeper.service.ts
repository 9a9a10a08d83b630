import { Injectable } from '@nestjs/common';
import { In, Not, IsNull, type Repository } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { presentOf, type Renames } from '../vendor/renames.rules.js';
import { Detection } from './detection.entity.js';
import { Dispute, NO_DAY } from './dispute.entity.js';
import { dayOf, type DisputeFacts, mergedDisputes } from './dispute.rules.js';
import type { EngineLine } from './judgement-lines.rules.js';
import { isClearing, type Verdict } from './verdict.rules.js';

/**
 * The rows of disputes, as people, scans and renames change them. Every method that writes joins a unit of
 * work that holds the platform's lock.
 */
@Injectable()
export class DisputeKeeper {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** The day in UTC. */
  today(): string {
    return dayOf(this.clock.now());
  }

  /** The disputes of a platform that are not closed, by engine. */
  async openOf(platformId: number): Promise<Map<number, Dispute>> {
    const rows = await this.disputes.findBy({ platformId, openEngineId: Not(IsNull()) });
    return new Map(rows.map((row) => [row.engineId, row]));
  }

  /**
   * Closes the disputes with engines that a conclusive scan shows cleared.
   * @param verdicts under the engines' present names
   * @returns what the timelines tell of it, on every alert that lists one
   */
  async close(
    platformId: number,
    verdicts: readonly Verdict[],
    renames: Renames,
  ): Promise<EngineLine[]> {
    const open = new Map(
      [...(await this.openOf(platformId))].map(
        ([engineId, dispute]) => [presentOf(engineId, renames), dispute] as const,
      ),
    );
    const cleared = verdicts.flatMap(({ engine, category }) =>
      isClearing(category) ? (open.get(engine) ?? []) : [],
    );
    if (cleared.length === 0) return [];
    await this.disputes.update(
      { id: In(cleared.map(({ id }) => id)) },
      { state: 'closed', closedAt: this.clock.now(), openEngineId: null, followUpOn: NO_DAY },
    );
    const lines: EngineLine[] = [];
    for (const { id, engineId } of cleared) {
      for (const alertId of await this.alertsListing(id)) {
        lines.push({ alertId, kind: 'dispute_closed', engine: engineId });
      }
    }
    return lines;
  }

  /**
   * Writes what people make of a detection's dispute.
   * @returns the alerts that list it
   */
  async write(
    { id, platformId, engineId, disputeId }: Detection,
    before: DisputeFacts,
    { state, contact, reference, followUpOn }: DisputeFacts,
    { actor, isAskedAgain }: { actor: string; isAskedAgain: boolean },
  ): Promise<number[]> {
    const said = { contact, reference, followUpOn: followUpOn ?? NO_DAY };
    const now = this.clock.now();
    if (disputeId === null || before.state === 'closed') {
      const asked = { state: 'reported', reportedAt: now, reportedBy: actor } as const;
      const open = (await this.openOf(platformId)).get(engineId);
      if (open) {
        // It was asked already on another alert: one dispute a platform and engine.
        await this.disputes.update(open.id, { ...said, ...asked });
        await this.detections.update(id, { disputeId: open.id });
        return this.alertsListing(open.id);
      }
      const of = { platformId, engineId, openEngineId: engineId };
      const fresh = { answer: null, answeredAt: null, closedAt: null, toldFor: null };
      const row = await this.disputes.save({ ...of, ...said, ...asked, ...fresh });
      await this.detections.update(id, { disputeId: row.id });
      return [];
    }
    const alertIds = await this.alertsListing(disputeId);
    if (state === 'none' || state === 'closed') {
      await this.detections.update({ disputeId }, { disputeId: null });
      await this.disputes.delete(disputeId);
    } else if (state === before.state && !isAskedAgain) {
      await this.disputes.update(disputeId, said);
    } else if (state === 'reported') {
      const asked = { reportedAt: now, reportedBy: actor };
      await this.disputes.update(disputeId, { ...said, state, ...asked });
    } else {
      const answered = { answer: state, answeredAt: now };
      await this.disputes.update(disputeId, { ...said, state, ...answered });
    }
    return alertIds;
  }

  /** The alerts that list a detection of the dispute, by id. */
  async alertsListing(disputeId: number): Promise<number[]> {
    const rows = await this.detections.findBy({ disputeId });
    return [...new Set(rows.flatMap(({ alertId }) => alertId ?? []))].sort((a, b) => a - b);
  }

  /** The platforms with an open dispute with one of some engines. */
  async platformsOf(engineIds: readonly number[]): Promise<number[]> {
    const rows = await this.disputes.findBy({ openEngineId: In([...engineIds]) });
    return rows.map(({ platformId }) => platformId);
  }

  /** What is open with an engine goes on under its new name, and of two it becomes one. */
  async rename(platformId: number, fromId: number, toId: number): Promise<void> {
    const open = await this.openOf(platformId);
    const [old, recent] = [open.get(fromId), open.get(toId)];
    if (!old) return;
    let kept = old;
    if (recent) {
      const merged = mergedDisputes(old, recent);
      kept = merged.kept;
      const { dropped, reportedAt } = merged;
      await this.detections.update({ disputeId: dropped.id }, { disputeId: kept.id });
      await this.disputes.delete(dropped.id);
      await this.disputes.update(kept.id, { reportedAt });
    }
    await this.disputes.update(kept.id, { engineId: toId, openEngineId: toId });
    await this.detections.update({ platformId, liveEngineId: toId }, { disputeId: kept.id });
  }

  private get disputes(): Repository<Dispute> {
    return this.unitOfWork.repository(Dispute);
  }

  private get detections(): Repository<Detection> {
    return this.unitOfWork.repository(Detection);
  }
}

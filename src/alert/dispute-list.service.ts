import { Injectable } from '@nestjs/common';
import {
  In,
  LessThanOrEqual,
  Not,
  IsNull,
  type Repository,
  type SelectQueryBuilder,
} from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { EngineNames } from '../vendor/engine-names.service.js';
import { EngineService } from '../vendor/engine.service.js';
import { keysetBatches, keysetPage, type KeysetOrder, type Page } from '../web/paging.js';
import { orderOf } from '../web/sorting.js';
import { Detection } from './detection.entity.js';
import { Dispute } from './dispute.entity.js';
import { DisputeKeeper } from './dispute-keeper.service.js';
import { DISPUTE_SORTS } from './dispute-sort.js';
import type { DisputeQuery, DisputeShow } from './dispute.dto.js';
import { isStanding } from './dispute-facts.js';
import { delistFigures, type DelistFigures } from './engine-figures.rules.js';

/** A dispute with where it is worked. */
export interface ListedDispute {
  /** With its platform and engine. */
  dispute: Dispute;
  /**
   * The detection that refers to it and speaks for its engine, else the newest, with its alert; null
   * if none is on an alert any more.
   */
  detection: Detection | null;
  /** A detection of it speaks for its engine, so that an answer is waited for. */
  isWaitedFor: boolean;
}

/** How long an engine takes from a report to the scan that shows it cleared. */
export interface EngineDelisting extends DelistFigures {
  /** By its present name. */
  engine: string;
}

/** Enough for medians that tell something, and not a whole history in memory. */
const CASES = 5000;

/** What a list shows that was not asked for anything else. */
export const SHOWN: DisputeShow = 'open';

/** What vendors were asked, over all platforms. */
@Injectable()
export class DisputeList {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly names: EngineNames,
    private readonly engines: EngineService,
    private readonly keeper: DisputeKeeper,
  ) {}

  /**
   * One page. Unless `sort` says otherwise those still open by their follow-up date, the most overdue
   * first; else newest first.
   */
  async page(query: DisputeQuery): Promise<Page<ListedDispute>> {
    const disputes = await this.meant(query);
    const found = await keysetPage(disputes(), orderFor(query), query);
    return { ...found, items: await this.withDetections(found.items) };
  }

  /** All that a list means, in its order, a bounded batch at a time. */
  async *batches(query: DisputeQuery): AsyncGenerator<ListedDispute[]> {
    for await (const batch of keysetBatches(await this.meant(query), orderFor(query))) {
      yield this.withDetections(batch);
    }
  }

  /** How many are due today or were before. */
  async dueCount(): Promise<number> {
    const query = this.disputes.createQueryBuilder('dispute');
    return this.narrow(query.innerJoin('dispute.platform', 'platform'), 'due').getCount();
  }

  /** Some of those that are due, of which it was not told yet; with their alerts and platforms. */
  async untold(most: number): Promise<ListedDispute[]> {
    const query = this.disputes
      .createQueryBuilder('dispute')
      .innerJoin('dispute.platform', 'platform');
    const due = await this.narrow(query, 'due')
      .andWhere('(dispute.toldFor IS NULL OR dispute.toldFor <> dispute.followUpOn)')
      .orderBy('dispute.id', 'ASC')
      .take(most)
      .getMany();
    return this.withDetections(due);
  }

  /** The names of all engines that a dispute was with, for a choice. */
  async vendors(): Promise<string[]> {
    const rows = await this.disputes
      .createQueryBuilder('dispute')
      .select('DISTINCT dispute.engineId', 'engineId')
      .getRawMany<{ engineId: number }>();
    const ids = rows.map(({ engineId }) => engineId);
    const [names, present] = [await this.engines.namesOf(ids), await this.engines.presentNames()];
    const all = ids.map((id) => present.get(id) ?? names.get(id) ?? '');
    return [...new Set(all)].sort((a, b) => a.localeCompare(b, 'en'));
  }

  /** Median days from report to clear, by engine, those with most cases first. */
  async delisting(): Promise<EngineDelisting[]> {
    const closed = await this.disputes.find({
      select: { id: true, engineId: true, platformId: true, reportedAt: true, closedAt: true },
      where: { closedAt: Not(IsNull()) },
      order: { closedAt: 'DESC', id: 'DESC' },
      take: CASES,
    });
    const names = await this.engines.namesOf(closed.map(({ engineId }) => engineId));
    const present = await this.engines.presentNames();
    const byEngine = new Map<string, Dispute[]>();
    for (const row of closed) {
      const engine = present.get(row.engineId) ?? names.get(row.engineId) ?? '';
      const rows = byEngine.get(engine) ?? [];
      rows.push(row);
      byEngine.set(engine, rows);
    }
    return [...byEngine]
      .map(([engine, rows]) => ({
        engine,
        ...delistFigures(
          rows.map(({ platformId, reportedAt, closedAt }) => ({
            platformId,
            firstSeenAt: reportedAt,
            clearedAt: closedAt,
          })),
        ),
      }))
      .sort((a, b) => b.cases - a.cases || a.engine.localeCompare(b.engine, 'en'));
  }

  private async meant({ show = SHOWN, vendor }: DisputeQuery) {
    const engineIds = vendor === undefined ? null : await this.names.idsOfLine(vendor);
    return (): SelectQueryBuilder<Dispute> => {
      const query = this.disputes
        .createQueryBuilder('dispute')
        .innerJoinAndSelect('dispute.platform', 'platform')
        .innerJoinAndSelect('dispute.engine', 'engine');
      if (engineIds) {
        query.andWhere('dispute.engineId IN (:...engineIds)', { engineIds: [0, ...engineIds] });
      }
      return this.narrow(query, show);
    };
  }

  private narrow(
    query: SelectQueryBuilder<Dispute>,
    show: DisputeShow,
  ): SelectQueryBuilder<Dispute> {
    if (show === 'closed') return query.andWhere('dispute.openEngineId IS NULL');
    if (show === 'all') return query;
    // Nobody waits for a vendor's answer on a platform that is monitored no more.
    query.andWhere('dispute.openEngineId IS NOT NULL').andWhere('platform.archivedAt IS NULL');
    // Nor of one whose engine is gone: no scan can close it, until the engine answers again.
    const live = query
      .subQuery()
      .select('1')
      .from(Detection, 'live')
      .where('live.disputeId = dispute.id')
      .andWhere('live.liveEngineId IS NOT NULL');
    query.andWhere(`EXISTS ${live.getQuery()}`);
    if (show === 'due') {
      query.andWhere({ followUpOn: LessThanOrEqual(this.keeper.today()) });
    }
    return query;
  }

  private async withDetections(disputes: readonly Dispute[]): Promise<ListedDispute[]> {
    if (disputes.length === 0) return [];
    const rows = await this.unitOfWork.repository(Detection).find({
      where: { disputeId: In(disputes.map(({ id }) => id)) },
      relations: { alert: { platform: true } },
      order: { id: 'ASC' },
    });
    return disputes.map((dispute) => {
      const own = rows.filter(({ disputeId }) => disputeId === dispute.id);
      const listed = own.filter(({ alertId }) => alertId !== null);
      return {
        dispute,
        detection: listed.findLast(isStanding) ?? listed.at(-1) ?? null,
        isWaitedFor: own.some(({ liveEngineId }) => liveEngineId !== null),
      };
    });
  }

  private get disputes(): Repository<Dispute> {
    return this.unitOfWork.repository(Dispute);
  }
}

/** How a list of disputes is sorted that says nothing of it: due first, or asked last first. */
export function usualSort(show: DisputeShow): string {
  return show === 'due' || show === 'open' ? 'followUpOn' : '-reportedAt';
}

function orderFor({ show = SHOWN, sort = usualSort(show) }: DisputeQuery): KeysetOrder {
  return orderOf(DISPUTE_SORTS, sort);
}

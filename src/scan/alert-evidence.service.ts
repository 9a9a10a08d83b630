import { Injectable } from '@nestjs/common';
import { Between, IsNull } from 'typeorm';
import { AlertDossiers, type AlertDossier } from '../alert/alert-dossier.service.js';
import { AppConfig } from '../config/app-config.js';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { PageQuery } from '../web/paging.js';
import {
  type PastScan,
  PlatformVerdicts,
  type PresentVerdict,
} from './platform-verdicts.service.js';
import { ScanTask } from './scan-task.entity.js';

/** So many past scans a pack holds; all are on the platform's page. */
const MOST_SCANS = 50;
/** An alert opens in the transaction that completes its task: the two times lie close together. */
const APART_MS = 60_000;

/** What all engines said in one scan. */
export interface VerdictsOfScan {
  task: ScanTask;
  verdicts: PresentVerdict[];
}

/** All that is known of one alert, for a dispute or a report. */
export interface Evidence {
  madeAt: Date;
  dossier: AlertDossier;
  /** The address of Oju itself, without a slash at its end. */
  baseUrl: string;
  /** The scan that opened the alert; null when it is not kept. */
  atOpening: VerdictsOfScan | null;
  /** The last completed scan; null when none is kept. */
  now: VerdictsOfScan | null;
  /** Newest first. */
  history: PastScan[];
  /** How many scans there are; the history may hold fewer. */
  scans: number;
}

/** Gathers the evidence pack of an alert. */
@Injectable()
export class AlertEvidence {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly dossiers: AlertDossiers,
    private readonly verdicts: PlatformVerdicts,
    private readonly clock: Clock,
    private readonly config: AppConfig,
  ) {}

  /** @throws NotFoundError */
  async of(alertId: number): Promise<Evidence> {
    const dossier = await this.dossiers.of(alertId);
    const { alert, platform } = dossier.enriched;
    const newest = Object.assign(new PageQuery(), { limit: MOST_SCANS });
    const { items: history, total: scans } = await this.verdicts.past(platform.id, newest);
    const last = history[0]?.task ?? null;
    const opening = await this.openingTask(platform.id, alert.openedAt);
    return {
      madeAt: this.clock.now(),
      dossier,
      baseUrl: this.config.baseUrl.replace(/\/$/, ''),
      atOpening: await this.said(platform.id, opening),
      now: await this.said(platform.id, last),
      history,
      scans,
    };
  }

  private async said(platformId: number, task: ScanTask | null): Promise<VerdictsOfScan | null> {
    return task && { task, verdicts: await this.verdicts.at(platformId, task.id) };
  }

  private async openingTask(platformId: number, openedAt: Date): Promise<ScanTask | null> {
    const at = openedAt.getTime();
    const near = await this.unitOfWork.repository(ScanTask).find({
      where: {
        platformId,
        state: 'completed',
        joinedTaskId: IsNull(),
        completedAt: Between(new Date(at - APART_MS), new Date(at + APART_MS)),
      },
      order: { id: 'DESC' },
    });
    const apart = ({ completedAt }: ScanTask) => Math.abs((completedAt?.getTime() ?? 0) - at);
    return near.sort((a, b) => apart(a) - apart(b))[0] ?? null;
  }
}

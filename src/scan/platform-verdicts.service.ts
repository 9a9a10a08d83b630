import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { Vendor } from '../vendor/vendor.entity.js';
import { VendorService } from '../vendor/vendor.service.js';
import { NotFoundError } from '../web/domain-error.js';
import type { Page, PageQuery } from '../web/paging.js';
import { ScanChanges } from './scan-changes.service.js';
import { ScanTask } from './scan-task.entity.js';
import { TaskService } from './task.service.js';
import { inReadingOrder, type VerdictChange } from './verdict-changes.rules.js';
import { VerdictHistory } from './verdict-history.service.js';
import type { VerdictInterval } from './verdict-interval.entity.js';

/** What an engine says of a platform, and the vendor of that very name, if there is one. */
export interface PresentVerdict {
  engine: string;
  category: string;
  result: string | null;
  method: string | null;
  vendor: Vendor | null;
}

/** A platform's completed task, and what its engines said otherwise than the time before. */
export interface PastScan {
  task: ScanTask;
  /** Nothing came before it, so that it changed nothing. */
  isFirst: boolean;
  changes: VerdictChange[];
}

/** Two of a platform's completed tasks, and what engines said otherwise in the later. */
export interface ComparedScans {
  earlier: ScanTask;
  later: ScanTask;
  changes: VerdictChange[];
}

/** What the engines say and said of one platform, for people and clients to read. */
@Injectable()
export class PlatformVerdicts {
  constructor(
    private readonly history: VerdictHistory,
    private readonly tasks: TaskService,
    private readonly vendors: VendorService,
    private readonly changes: ScanChanges,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Every engine's present verdict, flags first, then by engine. */
  async present(platformId: number): Promise<PresentVerdict[]> {
    return this.withVendors(await this.history.present(platformId));
  }

  /**
   * Every engine's verdict in one completed scan of a platform, as VirusTotal answered it then, with
   * the vendors of today.
   */
  async at(platformId: number, taskId: number): Promise<PresentVerdict[]> {
    return this.withVendors(await this.history.atTask(platformId, taskId));
  }

  /** The platform's completed scans, newest first; one that joined another is that other. */
  async past(platformId: number, page: PageQuery): Promise<Page<PastScan>> {
    const tasks = await this.tasks.completedOf(platformId, page);
    const changes = await this.changes.of(tasks.items);
    return {
      ...tasks,
      items: tasks.items.map((task) => pastScan(task, changes)),
    };
  }

  /** The platform's last task that came to an end, if it failed. */
  async lastFailure(platformId: number): Promise<ScanTask | null> {
    const last = await this.unitOfWork.repository(ScanTask).findOne({
      where: { platformId, joinedTaskId: IsNull(), state: In(['completed', 'failed']) },
      order: { id: 'DESC' },
    });
    return last?.state === 'failed' ? last : null;
  }

  /** One of the platform's completed scans. @throws NotFoundError */
  async pastScan(platformId: number, taskId: number): Promise<PastScan> {
    const task = await this.completed(platformId, taskId);
    return pastScan(task, await this.changes.of([task]));
  }

  /**
   * What engines said otherwise in the later of two of the platform's completed scans.
   * @throws NotFoundError
   */
  async compare(platformId: number, taskIds: readonly [number, number]): Promise<ComparedScans> {
    const [before, taskId] = [Math.min(...taskIds), Math.max(...taskIds)];
    return {
      earlier: await this.completed(platformId, before),
      later: await this.completed(platformId, taskId),
      changes: await this.changes.between(platformId, [before, taskId]),
    };
  }

  private async completed(platformId: number, taskId: number): Promise<ScanTask> {
    const task = await this.tasks.completedTask(platformId, taskId);
    if (!task) throw new NotFoundError();
    return task;
  }

  private async withVendors(intervals: readonly VerdictInterval[]): Promise<PresentVerdict[]> {
    const vendors = await this.vendors.findByNames(intervals.map(engineOf));
    return intervals
      .map((interval) => {
        const { category, result, method } = interval;
        const engine = engineOf(interval);
        return { engine, category, result, method, vendor: vendors.get(engine) ?? null };
      })
      .sort(inReadingOrder);
  }
}

function pastScan(task: ScanTask, changes: ReadonlyMap<number, VerdictChange[]>): PastScan {
  return { task, isFirst: !changes.has(task.id), changes: changes.get(task.id) ?? [] };
}

function engineOf({ engine }: VerdictInterval): string {
  if (!engine) throw new Error('An interval is read with its engine loaded');
  return engine.name;
}

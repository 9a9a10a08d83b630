import { Injectable } from '@nestjs/common';
import { EngineService } from '../vendor/engine.service.js';
import type { Vendor } from '../vendor/vendor.entity.js';
import { VendorService } from '../vendor/vendor.service.js';
import type { Page, PageQuery } from '../web/paging.js';
import type { ScanTask } from './scan-task.entity.js';
import { TaskService } from './task.service.js';
import {
  changesByTask,
  inReadingOrder,
  type VerdictChange,
  type VerdictSpan,
} from './verdict-changes.rules.js';
import { VerdictHistory } from './verdict-history.service.js';
import type { VerdictInterval } from './verdict-interval.entity.js';

/** What an engine says of a platform now, and the vendor of that very name, if there is one. */
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
  changes: VerdictChange[];
}

/** What the engines say and said of one platform, for people and clients to read. */
@Injectable()
export class PlatformVerdicts {
  constructor(
    private readonly history: VerdictHistory,
    private readonly tasks: TaskService,
    private readonly vendors: VendorService,
    private readonly engines: EngineService,
  ) {}

  /** Every engine's present verdict, flags first, then by engine. */
  async present(platformId: number): Promise<PresentVerdict[]> {
    const intervals = await this.history.present(platformId);
    const vendors = await this.vendors.findByNames(intervals.map(engineOf));
    return intervals
      .map((interval) => {
        const { category, result, method } = interval;
        const engine = engineOf(interval);
        return { engine, category, result, method, vendor: vendors.get(engine) ?? null };
      })
      .sort(inReadingOrder);
  }

  /** The platform's completed scans, newest first; one that joined another is that other. */
  async past(platformId: number, page: PageQuery): Promise<Page<PastScan>> {
    const tasks = await this.tasks.completedOf(platformId, page);
    const ids = tasks.items.map(({ id }) => id);
    const [newest, oldest] = [ids[0], ids.at(-1)];
    if (newest === undefined || oldest === undefined) return { ...tasks, items: [] };
    const before = await this.history.taskBefore(platformId, oldest);
    const intervals = await this.history.changedWithin(platformId, before ?? oldest, newest);
    const changes = changesByTask(
      before === null ? ids : [...ids, before],
      await this.inLines(intervals),
    );
    return {
      ...tasks,
      items: tasks.items.map((task) => ({ task, changes: changes.get(task.id) ?? [] })),
    };
  }

  /** An engine that was renamed is one line, under its present name. */
  private async inLines(intervals: readonly VerdictInterval[]): Promise<VerdictSpan[]> {
    const present = await this.engines.presentNames();
    const isOld = ({ engineId }: VerdictInterval) => Number(present.has(engineId));
    // While both names were answered the new one speaks for the engine: it comes last.
    return [...intervals]
      .sort((a, b) => isOld(b) - isOld(a))
      .map((interval) => {
        const { engineId, category, result, fromTaskId, lastTaskId } = interval;
        const engine = present.get(engineId) ?? engineOf(interval);
        return { engine, category, result, fromTaskId, lastTaskId };
      });
  }
}

function engineOf({ engine }: VerdictInterval): string {
  if (!engine) throw new Error('An interval is read with its engine loaded');
  return engine.name;
}

import { Injectable } from '@nestjs/common';
import type { Page, PageQuery } from '../web/paging.js';
import { ScanChanges } from './scan-changes.service.js';
import type { ScanTask } from './scan-task.entity.js';
import type { ScanCounts } from './scan.rules.js';
import { TaskService } from './task.service.js';
import type { VerdictChange } from './verdict-changes.rules.js';

/** A task of a scan, and what it changed; null where there is nothing to compare with. */
export interface ScanResult {
  task: ScanTask;
  changes: VerdictChange[] | null;
}

/** What is in scans, for people to read. */
@Injectable()
export class ScanContents {
  constructor(
    private readonly tasks: TaskService,
    private readonly changes: ScanChanges,
  ) {}

  counts(scanIds: readonly number[]): Promise<Map<number, ScanCounts>> {
    return this.tasks.counts(scanIds);
  }

  /**
   * A scan's tasks with what each changed.
   * @param isChanged only those in which an engine said something else than the time before
   */
  async results(scanId: number, page: PageQuery, isChanged: boolean): Promise<Page<ScanResult>> {
    const tasks = await this.tasks.list(scanId, page, isChanged);
    return { ...tasks, items: await this.withChanges(tasks.items) };
  }

  /** All of them, a bounded batch at a time. */
  async *batches(scanId: number, isChanged: boolean): AsyncGenerator<ScanResult[]> {
    for await (const tasks of this.tasks.batches(scanId, isChanged)) {
      yield this.withChanges(tasks);
    }
  }

  private async withChanges(tasks: readonly ScanTask[]): Promise<ScanResult[]> {
    const completed = tasks.filter(({ state }) => state === 'completed');
    const changes = await this.changes.of(
      completed.map((task) => ({ id: speakerOf(task), platformId: task.platformId })),
    );
    return tasks.map((task) => ({ task, changes: changes.get(speakerOf(task)) ?? null }));
  }
}

/** A task that joined another has what that one has. */
function speakerOf({ id, joinedTaskId }: ScanTask): number {
  return joinedTaskId ?? id;
}

import { Injectable } from '@nestjs/common';
import { Brackets, IsNull } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { isLate, LONGEST_DELAY_MS } from './pace.rules.js';
import { ScanTask } from './scan-task.entity.js';

/**
 * What the engine does next for a task: submit its URL, look at its analysis, or, when the analysis
 * is late, read the URL's latest report instead.
 */
export interface Job {
  kind: 'submit' | 'collect' | 'report';
  task: ScanTask;
}

/** Which tasks come into question. */
interface Choice {
  /** When nothing is left for the others. */
  onlyUrgent: boolean;
  /** Those that are worked already. */
  except: readonly number[];
  /**
   * Those with the fewest faults in a row first, before even the urgent ones: while one request
   * tells whether all is well.
   */
  leastFaultyFirst: boolean;
}

/** Reads the tasks as the queue that they are: nothing of it is in memory alone. */
@Injectable()
export class TaskQueue {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * The jobs that are due, at most `count`: collecting before submitting more, named re-scans before
   * others in each.
   */
  async next(now: Date, choice: Choice, count: number): Promise<Job[]> {
    const tasks = await this.firstDue('submitted', now, choice, count);
    const room = choice.leastFaultyFirst ? count : count - tasks.length;
    if (room > 0) tasks.push(...(await this.firstDue('pending', now, choice, room)));
    if (choice.leastFaultyFirst) tasks.sort(byFaults);
    return tasks.slice(0, count).map((task) => jobOf(task, now));
  }

  /** When the next task is due that is not yet; null when there is none. */
  async nextDueAt(now: Date, except: readonly number[]): Promise<Date | null> {
    const task = await this.open(except)
      .andWhere('task.dueAt > :now AND task.dueAt <= :latest', { now, latest: latestDue(now) })
      .orderBy('task.dueAt', 'ASC')
      .limit(1)
      .getOne();
    return task?.dueAt ?? null;
  }

  private async firstDue(
    state: 'submitted' | 'pending',
    now: Date,
    { onlyUrgent, except, leastFaultyFirst }: Choice,
    count: number,
  ): Promise<ScanTask[]> {
    const query = this.open(except)
      .innerJoinAndSelect('task.platform', 'platform')
      .innerJoinAndSelect('task.scan', 'scan')
      .andWhere('task.state = :state', { state })
      .andWhere(
        new Brackets((due) => {
          due
            .where('task.dueAt IS NULL')
            .orWhere('task.dueAt <= :now', { now })
            .orWhere('task.dueAt > :latest', { latest: latestDue(now) });
        }),
      )
      .limit(count);
    // Not at other times: it would have all tasks sorted to find the first few.
    if (leastFaultyFirst) query.addOrderBy('task.faults', 'ASC');
    query
      .addOrderBy('task.isUrgent', 'DESC')
      .addOrderBy(state === 'submitted' ? 'task.dueAt' : 'task.position', 'ASC')
      .addOrderBy('task.id', 'ASC');
    if (onlyUrgent) query.andWhere('task.isUrgent = :isUrgent', { isUrgent: true });
    return query.getMany();
  }

  /** Tasks with work to do; one that joined another has none of its own. */
  private open(except: readonly number[]) {
    const query = this.unitOfWork
      .repository(ScanTask)
      .createQueryBuilder('task')
      .where({ joinedTaskId: IsNull() })
      .andWhere("task.state IN ('pending', 'submitted')");
    return except.length > 0 ? query.andWhere('task.id NOT IN (:...except)', { except }) : query;
  }
}

/** Those of as many faults stay in their order. */
function byFaults(a: ScanTask, b: ScanTask): number {
  return a.faults - b.faults || Number(b.isUrgent) - Number(a.isUrgent);
}

function latestDue(now: Date): Date {
  return new Date(now.getTime() + LONGEST_DELAY_MS);
}

/** What is to be done next for a task that is due. */
export function jobOf(task: ScanTask, now: Date): Job {
  return { kind: jobKind(task, now), task };
}

function jobKind(task: ScanTask, now: Date): Job['kind'] {
  if (task.analysisId === null || task.submittedAt === null) return 'submit';
  const ageMs = now.getTime() - task.submittedAt.getTime();
  // After a long stop an analysis is old but was never looked at: it gets its looks first.
  return isLate(ageMs, task.polls) ? 'report' : 'collect';
}

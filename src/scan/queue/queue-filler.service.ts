import { Injectable } from '@nestjs/common';
import { REQUEST_BOUND_MS } from '../../virustotal/virustotal-http.js';
import { InFlight } from '../in-flight.service.js';
import { OpenTasks } from './open-tasks.service.js';
import { ScanQueue } from './scan-queue.js';

/** A submission of a process that was at work when Redis lost the queue has ended by then, ms. */
const LOST_QUEUE_MS = REQUEST_BOUND_MS + 15_000;

/** Keeps the shared queue as the tasks in the database have it. */
@Injectable()
export class QueueFiller {
  constructor(
    private readonly inFlight: InFlight,
    private readonly tasks: OpenTasks,
    private readonly queue: ScanQueue,
  ) {}

  /**
   * Adds what is missing, and all of it after Redis lost the queue.
   * @param isWoken when tasks may be new, or more urgent than before
   * @returns how many jobs may be under way over all instances
   */
  async fill(isWoken: boolean): Promise<number> {
    const bound = await this.inFlight.bound();
    await this.queue.limitInFlight(bound);
    const wasLost = !(await this.queue.isMarked());
    const isShort = (await this.queue.size()) < (await this.tasks.count());
    if (!wasLost && !isShort && !isWoken) return bound;
    const open = await this.tasks.all();
    await this.queue.add(open, wasLost ? LOST_QUEUE_MS : 0);
    await this.queue.hurry(open.filter(({ isUrgent }) => isUrgent));
    if (wasLost) await this.queue.mark();
    return bound;
  }
}

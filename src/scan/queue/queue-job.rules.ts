/** What a job in the shared queue carries. Everything else is in the database. */
export interface QueueJobData {
  taskId: number;
}

/** What of a task decides on its job. */
export interface QueuedTask {
  id: number;
  state: 'pending' | 'submitted';
  /** How often its URL was submitted so far. */
  submissions: number;
  isUrgent: boolean;
}

/**
 * The name under which the queue knows a task's next step. Adding it again does nothing, and
 * whoever finds another in the queue knows that it is stale.
 */
export function queueJobId({ id, state, submissions }: QueuedTask): string {
  return `${state === 'pending' ? 'submit' : 'collect'}-${id}-${submissions}`;
}

/** 1 comes first: collecting before submitting, in each named re-scans before the others. */
export function queuePriority({ state, isUrgent }: QueuedTask): number {
  return (state === 'submitted' ? 1 : 3) + (isUrgent ? 0 : 1);
}

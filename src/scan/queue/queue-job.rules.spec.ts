import { queueJobId, queuePriority } from './queue-job.rules.js';

describe('a job in the shared queue', () => {
  const task = { id: 7, state: 'pending', submissions: 0, isUrgent: false } as const;

  it('has an id of its own for every step of a task', () => {
    const ids = [
      queueJobId(task),
      queueJobId({ ...task, state: 'submitted', submissions: 1 }),
      queueJobId({ ...task, submissions: 1 }),
      queueJobId({ ...task, state: 'submitted', submissions: 2 }),
      queueJobId({ ...task, id: 71 }),
    ];

    expect(new Set(ids).size).toBe(ids.length);
    expect(queueJobId({ ...task, isUrgent: true })).toBe(queueJobId(task));
  });

  it('is taken in the order of the database: collecting first, named re-scans first in each', () => {
    const order = [
      { ...task, state: 'submitted', isUrgent: true },
      { ...task, state: 'submitted' },
      { ...task, isUrgent: true },
      task,
    ] as const;

    expect(order.map(queuePriority)).toEqual([1, 2, 3, 4]);
  });
});

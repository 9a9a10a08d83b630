import { FaultQueue, type Fault } from './faults.js';

const POLL = { method: 'GET', path: '/analyses/u-1', url: 'https://a.example/' };
const SUBMIT = { method: 'POST', path: '/urls', url: 'https://b.example/' };

function queueOf(...faults: Fault[]): FaultQueue {
  const queue = new FaultQueue();
  for (const fault of faults) queue.add(fault);
  return queue;
}

function kinds(queue: FaultQueue, targets: (typeof POLL)[]): (string | null)[] {
  return targets.map((target) => queue.takeForAnswer(target)?.kind ?? null);
}

describe('FaultQueue', () => {
  it('strikes once each, in the order added', () => {
    const queue = queueOf({ kind: 'reset' }, { kind: 'html-502', count: 2 });
    expect(kinds(queue, [POLL, POLL, POLL, POLL])).toEqual(['reset', 'html-502', 'html-502', null]);
    expect(queue.size).toBe(0);
  });

  it('strikes by method, path and URL', () => {
    const queue = queueOf(
      { kind: 'reset', method: 'post' },
      { kind: 'html-200', path: /^\/analyses\// },
      { kind: 'json-null', url: 'https://A.example', path: '^/analyses/' },
    );
    expect(kinds(queue, [POLL, SUBMIT, POLL, SUBMIT])).toEqual([
      'html-200',
      'reset',
      'json-null',
      null,
    ]);
  });

  it('strikes from the nth on that matches', () => {
    const queue = queueOf({ kind: 'reset', method: 'GET', nth: 2, count: 2 });
    expect(kinds(queue, [POLL, SUBMIT, POLL, POLL, POLL])).toEqual([
      null,
      null,
      'reset',
      'reset',
      null,
    ]);
  });

  it('strikes always', () => {
    const queue = queueOf({ kind: 'reset', count: 'always' });
    expect(kinds(queue, [POLL, POLL, POLL])).toEqual(['reset', 'reset', 'reset']);
    expect(queue.size).toBe(1);
  });

  it('keeps the faults of answers and of submissions apart', () => {
    const queue = queueOf({ kind: 'never-completes' }, { kind: 'reset-after-accept' });
    expect(queue.takeForAnswer(SUBMIT)?.kind).toBe('reset-after-accept');
    expect(queue.takeForSubmission(SUBMIT)?.kind).toBe('never-completes');
  });

  it('refuses a kind or a path that means nothing', () => {
    expect(() => queueOf({ kind: 'toString' } as unknown as Fault)).toThrow('toString');
    expect(() => queueOf({ kind: 'reset', path: '(' })).toThrow();
  });
});

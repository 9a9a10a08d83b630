import { FakeClock } from './fake-clock.js';

describe('FakeClock', () => {
  it('ends sleeps and fires intervals in the order in which they fall due', async () => {
    const clock = new FakeClock('2026-03-02T09:00:00.000Z');
    const seen: string[] = [];
    void clock.sleep(2500).then(() => seen.push(`slept ${clock.monotonicMs()}`));
    const interval = clock.setInterval(() => seen.push(`tick ${clock.monotonicMs()}`), 1000);

    await clock.advance(3200);
    clearInterval(interval);
    await clock.advance(5000);

    expect(seen).toEqual(['tick 1000', 'tick 2000', 'slept 2500', 'tick 3000']);
    expect(clock.now().toISOString()).toBe('2026-03-02T09:00:08.200Z');
    expect(clock.waiting).toBe(0);
  });

  it('goes on with a loop that sleeps again and again', async () => {
    const clock = new FakeClock();
    let rounds = 0;
    void (async () => {
      for (; rounds < 5; rounds += 1) await clock.sleep(100);
    })();

    await clock.advance(350);
    expect(rounds).toBe(3);
  });

  it('fires an interval once for all that it missed when time is skipped', async () => {
    const clock = new FakeClock();
    let ticks = 0;
    const interval = clock.setInterval(() => (ticks += 1), 1000);

    await clock.skip(7 * 24 * 3_600_000);
    expect(ticks).toBe(1);
    clearInterval(interval);
  });

  it('ends a sleep that is aborted', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const sleep = clock.sleep(1000, abort.signal);
    abort.abort();

    await sleep;
    expect(clock.waiting).toBe(0);
  });
});

import { type Clock, ScaledClock, SystemClock } from './clock.js';

const EPOCH_MS = Date.parse('2026-11-24T00:00:00.000Z');

describe('ScaledClock', () => {
  it('starts at its epoch, and runs as many times as fast as it was told', async () => {
    const clock = new ScaledClock(1_000, EPOCH_MS);
    const real = new SystemClock();
    const before = { now: clock.now().getTime(), real: real.monotonicMs() };

    await clock.sleep(50_000);

    const tookMs = real.monotonicMs() - before.real;
    const passedMs = clock.now().getTime() - before.now;
    expect(before.now - EPOCH_MS).toBeLessThan(10_000);
    expect(tookMs).toBeGreaterThanOrEqual(49);
    expect(passedMs / tookMs).toBeGreaterThan(900);
    expect(passedMs / tookMs).toBeLessThan(1_100);
  });

  it('shows the same time on both its faces', () => {
    const clock = new ScaledClock(100, EPOCH_MS);
    expect(clock.now().getTime() - EPOCH_MS).toBeCloseTo(clock.monotonicMs(), -3);
  });

  it('repeats at its own pace until it is cleared', async () => {
    const clock = new ScaledClock(1_000, EPOCH_MS);
    const startedAt = clock.monotonicMs();
    await new Promise<void>((resolve) => {
      let ticks = 0;
      const handle = clock.setInterval(() => {
        ticks += 1;
        if (ticks < 3) return;
        clearInterval(handle);
        resolve();
      }, 10_000);
    });
    expect(clock.monotonicMs() - startedAt).toBeGreaterThanOrEqual(29_000);
  });
});

describe.each<[string, Clock]>([
  ['SystemClock', new SystemClock()],
  ['ScaledClock', new ScaledClock(10)],
])('%s', (_name, clock) => {
  it('wakes a sleeper at once when it is told to stop, without an error', async () => {
    const stop = new AbortController();
    const sleeping = clock.sleep(3_600_000, stop.signal);
    stop.abort();
    await expect(sleeping).resolves.toBeUndefined();
    await expect(clock.sleep(3_600_000, stop.signal)).resolves.toBeUndefined();
  });

  it('takes a time that has passed for none', async () => {
    await expect(clock.sleep(-5)).resolves.toBeUndefined();
  });
});

it('does not fire at once for a period that Node cannot count', () => {
  const timers = jest.spyOn(global, 'setInterval');
  const handle = new SystemClock().setInterval(() => undefined, 60 * 24 * 3_600_000);
  clearInterval(handle);
  expect(timers).toHaveBeenCalledWith(expect.anything(), 2 ** 31 - 1);
  timers.mockRestore();
});

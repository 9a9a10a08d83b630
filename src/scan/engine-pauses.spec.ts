import { EnginePauses } from './engine-pauses.js';
import { BREAKER_FAULTS } from './pace.rules.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Platforms. */
const A = 1;
const B = 2;

describe('EnginePauses', () => {
  let pauses: EnginePauses;
  beforeEach(() => {
    pauses = new EnginePauses();
  });
  const fault = (times: number, nowMs = 0) => {
    for (let i = 0; i < times; i += 1) pauses.faulted(nowMs, 0);
  };

  it('begins without a pause and without a success', () => {
    expect(pauses.current(0)).toBeNull();
    expect(pauses.isBreakerOpen).toBe(false);
    expect(pauses.lastSuccessMs(A)).toBeNull();
  });

  it('opens the breaker at the fifth fault in a row, and not before', () => {
    fault(BREAKER_FAULTS - 1);
    expect(pauses.current(0)).toBeNull();
    fault(1);
    expect(pauses.current(0)).toEqual({ reason: 'virustotal_unavailable', untilMs: 0.75 * MINUTE });
    expect(pauses.isBreakerOpen).toBe(true);
  });

  it('counts faults in a row: a success between them begins anew', () => {
    fault(BREAKER_FAULTS - 1);
    pauses.succeeded(7, A);
    fault(BREAKER_FAULTS - 1, 8);
    expect(pauses.current(8)).toBeNull();
    expect(pauses.lastSuccessMs(B)).toBe(7);
  });

  it('tells a success of the platform itself from that of another', () => {
    pauses.succeeded(1, A);
    expect([pauses.lastSuccessMs(A), pauses.lastSuccessMs(B)]).toEqual([null, 1]);
    pauses.succeeded(2, A);
    pauses.succeeded(3, B);
    pauses.succeeded(4, B);
    expect([pauses.lastSuccessMs(A), pauses.lastSuccessMs(B)]).toEqual([4, 2]);
  });

  it('knows of a refusal until a request succeeds', () => {
    pauses.refused(0);
    expect(pauses.isRefused).toBe(true);
    pauses.succeeded(HOUR, A);
    expect(pauses.isRefused).toBe(false);
  });

  it('lets a probe through when the pause ends, and opens for longer when that fails', () => {
    fault(BREAKER_FAULTS);
    const pauseMs = () => {
      const now = pauses.current(at)?.untilMs ?? at;
      const length = now - at;
      at = now;
      return length;
    };
    let at = 0;
    const lengths = [pauseMs()];
    for (let probe = 0; probe < 6; probe += 1) {
      expect(pauses.current(at)).toBeNull();
      expect(pauses.isBreakerOpen).toBe(true);
      pauses.faulted(at, 0);
      lengths.push(pauseMs());
    }
    expect(lengths.map((ms) => ms / (0.75 * MINUTE))).toEqual([1, 2, 4, 8, 16, 30, 30]);
  });

  it('closes when a probe succeeds, and forgets how long it was open', () => {
    fault(BREAKER_FAULTS + 3);
    pauses.succeeded(HOUR, A);
    expect(pauses.isBreakerOpen).toBe(false);
    expect(pauses.current(HOUR)).toBeNull();
    fault(BREAKER_FAULTS, HOUR);
    expect(pauses.current(HOUR)?.untilMs).toBe(HOUR + 0.75 * MINUTE);
  });

  it('waits for as long as VirusTotal asks, from the first fault on, but for an hour at most', () => {
    pauses.faulted(0, 0, 30_000);
    expect(pauses.current(29_999)).toEqual({ reason: 'virustotal_unavailable', untilMs: 30_000 });
    expect(pauses.current(30_000)).toBeNull();
    pauses.faulted(0, 0, 24 * HOUR);
    expect(pauses.current(0)?.untilMs).toBe(HOUR);
  });

  it('doubles the pause after refusals in a row', () => {
    let at = 0;
    for (const minutes of [1, 2, 4]) {
      pauses.refused(at);
      const untilMs = at + minutes * MINUTE;
      expect(pauses.current(at)).toEqual({ reason: 'minute_quota_spent', untilMs });
      at = untilMs;
    }
    pauses.succeeded(at, A);
    pauses.refused(at, 90_000);
    expect(pauses.current(at)?.untilMs).toBe(at + 90_000);
  });

  describe('with several requests on their way', () => {
    it('does not shorten a pause for one that VirusTotal asks for later', () => {
      pauses.faulted(1000, 0, 10 * MINUTE, 0);
      pauses.faulted(2000, 0, 5000, 500);
      expect(pauses.current(2000)?.untilMs).toBe(10 * MINUTE + 1000);
      pauses.refused(3000, 5000, 600);
      const untilMs = 10 * MINUTE + 1000;
      expect(pauses.current(3000)).toEqual({ reason: 'virustotal_unavailable', untilMs });
      pauses.faulted(4000, 0, HOUR, 700);
      expect(pauses.current(4000)?.untilMs).toBe(HOUR + 4000);
    });

    it('takes a burst of faults for one opening of the breaker, and none of them for a probe', () => {
      const sentMs = 0;
      for (let i = 1; i <= 20; i += 1) pauses.faulted(i, 0, undefined, sentMs);
      const openMs = BREAKER_FAULTS + 0.75 * MINUTE;
      expect(pauses.current(20)?.untilMs).toBe(openMs);

      // Sent before the breaker opened, and answered when its pause was over.
      pauses.faulted(openMs + 1, 0, undefined, sentMs);
      expect(pauses.current(openMs + 1)).toBeNull();

      const probedMs = openMs + 2;
      pauses.faulted(probedMs, 0, undefined, openMs);
      expect(pauses.current(probedMs)?.untilMs).toBe(probedMs + 1.5 * MINUTE);
    });

    it('takes a burst of refusals for one, and waits a minute from the last', () => {
      for (let i = 1; i <= 20; i += 1) pauses.refused(i, undefined, 0);
      expect(pauses.current(20)?.untilMs).toBe(20 + MINUTE);
      const nextMs = 20 + MINUTE;
      pauses.refused(nextMs + 5, undefined, nextMs);
      expect(pauses.current(nextMs + 5)?.untilMs).toBe(nextMs + 5 + 2 * MINUTE);
    });

    it('waits a minute for a refusal among faults', () => {
      for (let i = 1; i <= BREAKER_FAULTS; i += 1) pauses.faulted(i, 0, undefined, 0);
      pauses.refused(MINUTE, undefined, 0);
      expect(pauses.current(MINUTE)).toEqual({
        reason: 'minute_quota_spent',
        untilMs: 2 * MINUTE,
      });
    });

    it('ends no pause for the success of a request that was sent before', () => {
      pauses.refused(1000, 5 * MINUTE, 0);
      pauses.succeeded(2000, A);
      expect(pauses.current(2000)?.untilMs).toBe(5 * MINUTE + 1000);
      expect(pauses.lastSuccessMs(B)).toBe(2000);
    });
  });

  it('forgets all but its last success when it is reset', () => {
    pauses.succeeded(7, A);
    fault(BREAKER_FAULTS, 8);
    pauses.refused(8);
    pauses.reset();
    expect(pauses.current(8)).toBeNull();
    expect(pauses.isBreakerOpen).toBe(false);
    expect(pauses.lastSuccessMs(B)).toBe(7);
    fault(BREAKER_FAULTS - 1, 9);
    expect(pauses.current(9)).toBeNull();
    pauses.refused(9);
    expect(pauses.current(9)?.untilMs).toBe(9 + MINUTE);
  });
});

import { EnginePauses } from './engine-pauses.js';
import { BREAKER_FAULTS } from './pace.rules.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

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
    expect(pauses.lastSuccessMs).toBeNull();
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
    pauses.succeeded(7);
    fault(BREAKER_FAULTS - 1, 8);
    expect(pauses.current(8)).toBeNull();
    expect(pauses.lastSuccessMs).toBe(7);
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
    pauses.succeeded(HOUR);
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
    const lengths = [0, 1, 2].map(() => {
      pauses.refused(0);
      return pauses.current(0);
    });
    expect(lengths).toEqual(
      [1, 2, 4].map((minutes) => ({ reason: 'minute_quota_spent', untilMs: minutes * MINUTE })),
    );
    pauses.succeeded(0);
    pauses.refused(0, 90_000);
    expect(pauses.current(0)?.untilMs).toBe(90_000);
  });

  it('forgets all but its last success when it is reset', () => {
    pauses.succeeded(7);
    fault(BREAKER_FAULTS, 8);
    pauses.refused(8);
    pauses.reset();
    expect(pauses.current(8)).toBeNull();
    expect(pauses.isBreakerOpen).toBe(false);
    expect(pauses.lastSuccessMs).toBe(7);
    fault(BREAKER_FAULTS - 1, 9);
    expect(pauses.current(9)).toBeNull();
    pauses.refused(9);
    expect(pauses.current(9)?.untilMs).toBe(9 + MINUTE);
  });
});

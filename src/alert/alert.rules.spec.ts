import {
  ALERT_REASONS,
  ALERT_STATES,
  type AlertReason,
  type AlertState,
  isAccepting,
  isSettled,
  nextStates,
  REASONS_BY_HAND,
  severityOf,
  stateChangeComplaint,
} from './alert.rules.js';

const ALLOWED: [AlertState, AlertState][] = [
  ['new', 'in_progress'],
  ['new', 'resolved'],
  ['new', 'false_positive'],
  ['in_progress', 'resolved'],
  ['in_progress', 'false_positive'],
  ['resolved', 'in_progress'],
  ['false_positive', 'in_progress'],
];
const ALL = ALERT_STATES.flatMap((from) => ALERT_STATES.map((to) => [from, to] as const));
const REFUSED = ALL.filter(
  ([from, to]) => from !== to && !ALLOWED.some(([f, t]) => f === from && t === to),
);

const at = (state: AlertState, reason: AlertReason | null = null) => ({ state, reason });
const asked = (state?: AlertState, reason?: string | null) => ({ state, reason });

describe('changes of state', () => {
  it('has sixteen pairs: seven allowed, five refused, four that are no change', () => {
    expect([ALL.length, ALLOWED.length, REFUSED.length]).toEqual([16, 7, 5]);
  });

  it.each(ALLOWED)('allows %s to %s', (from, to) => {
    const reason = to === 'resolved' ? 'remediated' : undefined;
    expect(stateChangeComplaint(at(from), asked(to, reason))).toBeNull();
    expect(nextStates(from)).toContain(to);
  });

  it.each(REFUSED)('refuses %s to %s, and says what it takes', (from, to) => {
    const reason = to === 'resolved' ? 'remediated' : undefined;
    expect(stateChangeComplaint(at(from), asked(to, reason))).toEqual({
      field: 'state',
      message: `alert.error.transition.${from}`,
    });
    expect(nextStates(from)).not.toContain(to);
  });

  it.each(ALERT_STATES)('takes %s again as no change', (state) => {
    expect(stateChangeComplaint(at(state), asked(state))).toBeNull();
    expect(stateChangeComplaint(at(state), asked())).toBeNull();
  });

  it.each([...REASONS_BY_HAND])('resolves by hand as %s', (reason) => {
    expect(stateChangeComplaint(at('new'), asked('resolved', reason))).toBeNull();
  });

  it.each(['cleared', 'platform_removed', 'bored', '', null, undefined])(
    'does not resolve by hand as %s',
    (reason) => {
      expect(stateChangeComplaint(at('new'), asked('resolved', reason))).toEqual({
        field: 'reason',
        message: 'alert.error.reason',
      });
    },
  );

  it.each([
    ['new', 'false_positive'],
    ['new', 'in_progress'],
    ['resolved', 'in_progress'],
  ] as const)('refuses a reason from %s to %s', (from, to) => {
    expect(stateChangeComplaint(at(from), asked(to, 'remediated'))).toEqual({
      field: 'reason',
      message: 'alert.error.reasonOnlyForResolved',
    });
  });

  it.each(ALERT_REASONS)('takes the reason %s again as no change', (reason) => {
    expect(stateChangeComplaint(at('resolved', reason), asked('resolved', reason))).toBeNull();
    expect(stateChangeComplaint(at('resolved', reason), asked(undefined, reason))).toBeNull();
  });

  it('does not change the reason of a resolved alert in place', () => {
    const from = at('resolved', 'remediated');
    for (const to of [asked('resolved', 'accepted_risk'), asked(undefined, 'accepted_risk')]) {
      expect(stateChangeComplaint(from, to)).toEqual({
        field: 'reason',
        message: 'alert.error.reasonKept',
      });
    }
  });

  it('refuses a reason alone on an alert that is not resolved', () => {
    expect(stateChangeComplaint(at('new'), asked(undefined, 'remediated'))?.field).toBe('reason');
  });
});

describe('isSettled and isAccepting', () => {
  it.each([
    ['new', null, false, false],
    ['in_progress', null, false, false],
    ['resolved', 'remediated', true, false],
    ['resolved', 'cleared', true, false],
    ['resolved', 'accepted_risk', true, true],
    ['resolved', 'engine_gone', true, false],
    ['resolved', 'platform_removed', true, false],
    ['false_positive', null, true, true],
  ] as const)('%s (%s) is settled: %s, accepts: %s', (state, reason, settled, accepts) => {
    expect(isSettled(state)).toBe(settled);
    expect(isAccepting(state, reason)).toBe(accepts);
  });
});

describe('severityOf', () => {
  const engines = (malicious: number, suspicious: number) => [
    ...Array<string>(malicious).fill('malicious'),
    ...Array<string>(suspicious).fill('suspicious'),
  ];
  it.each([
    [0, 0, null],
    [0, 1, 'low'],
    [0, 9, 'low'],
    [1, 0, 'medium'],
    [1, 9, 'medium'],
    [2, 0, 'high'],
    [4, 9, 'high'],
    [5, 0, 'critical'],
    [60, 3, 'critical'],
  ])('%d malicious and %d suspicious: %s', (malicious, suspicious, expected) => {
    expect(severityOf(engines(malicious, suspicious))).toBe(expected);
  });
});

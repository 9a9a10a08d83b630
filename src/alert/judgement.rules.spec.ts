import type { AlertReason, AlertState } from './alert.rules.js';
import type { AcceptedTriple, Evidence, LatestAlert, LiveDetection } from './evidence.js';
import { judge } from './judgement.rules.js';
import type { Verdict } from './verdict.rules.js';

const A = 1;
const B = 2;
const C = 3;
const ALERT = 10;
const OLDER = 9;

function says(engine: number, category: string, result: string | null = category): Verdict {
  return { engine, category, result, method: 'blacklist' };
}

/** A live detection of an engine, by default `malicious` and on no alert. */
function held(engine: number, differs: Partial<LiveDetection> = {}): LiveDetection {
  return {
    id: 100 + engine,
    engine,
    alertId: null,
    category: 'malicious',
    result: 'malicious',
    method: 'blacklist',
    state: 'detected',
    isEngineSilent: false,
    ...differs,
  };
}

function alert(state: AlertState, reason: AlertReason | null = null): LatestAlert {
  return { id: ALERT, state, reason };
}

function triple(engine: number, category = 'malicious', result = 'malicious'): AcceptedTriple {
  return { engine, category, result };
}

function judged(evidence: Partial<Evidence>) {
  return judge({
    verdicts: [],
    isConclusive: true,
    live: [],
    accepted: [],
    latestAlert: null,
    threshold: 1,
    ...evidence,
  });
}

describe('who raises', () => {
  it.each(['malicious', 'suspicious'])('an engine that says %s', (category) => {
    const { raised, alert: action, isFlagged } = judged({ verdicts: [says(A, category, 'x')] });
    expect(raised).toEqual([
      { verdict: says(A, category, 'x'), state: 'detected', replaces: null },
    ]);
    expect(action).toEqual({ kind: 'open', previousAlertId: null });
    expect(isFlagged).toBe(true);
  });

  it.each(['harmless', 'undetected', 'timeout', 'failure', 'type-unsupported', 'brand-new'])(
    'not one that says %s, whatever its result says',
    (category) => {
      const {
        raised,
        alert: action,
        isFlagged,
      } = judged({
        verdicts: [says(A, category, 'malicious phishing')],
      });
      expect([raised, action, isFlagged]).toEqual([[], { kind: 'none' }, false]);
    },
  );

  it('an inconclusive scan as well', () => {
    const { raised, alert: action } = judged({
      verdicts: [says(A, 'malicious')],
      isConclusive: false,
    });
    expect(raised).toHaveLength(1);
    expect(action.kind).toBe('open');
  });
});

describe('who clears', () => {
  const live = [held(A, { alertId: ALERT })];
  const latestAlert = alert('new');

  it.each(['harmless', 'undetected'])('the same engine that says %s', (category) => {
    const {
      clearedIds,
      alert: action,
      isFlagged,
    } = judged({
      verdicts: [says(A, category)],
      live,
      latestAlert,
    });
    expect(clearedIds).toEqual([101]);
    expect(action).toEqual({ kind: 'clear', alertId: ALERT });
    expect(isFlagged).toBe(false);
  });

  it.each([
    ['another engine that says harmless', [says(B, 'harmless')], true],
    ['an engine that is absent', [], true],
    ['one that timed out', [says(A, 'timeout')], true],
    ['one that failed', [says(A, 'failure')], true],
    ['one that says something unknown', [says(A, 'brand-new')], true],
    ['one that says harmless in an inconclusive scan', [says(A, 'harmless')], false],
    ['one that says undetected in an inconclusive scan', [says(A, 'undetected')], false],
  ])('not %s', (_who, verdicts, isConclusive) => {
    const judgement = judged({ verdicts, isConclusive, live, latestAlert });
    expect(judgement).toMatchObject({
      raised: [],
      seen: [],
      clearedIds: [],
      hushed: [],
      alert: { kind: 'none' },
      isFlagged: true,
    });
  });

  it('leaves the alert open while another engine still flags', () => {
    const { alert: action } = judged({
      verdicts: [says(A, 'harmless')],
      live: [...live, held(B, { alertId: ALERT })],
      latestAlert,
    });
    expect(action).toEqual({ kind: 'update', alertId: ALERT });
  });

  it('does not resolve an alert whose last other detection is silent', () => {
    const silent = held(B, { alertId: ALERT, state: 'silent', isEngineSilent: true });
    const { alert: action, isFlagged } = judged({
      verdicts: [says(A, 'harmless')],
      live: [...live, silent],
      latestAlert,
    });
    expect(action.kind).toBe('update');
    expect(isFlagged).toBe(true);
  });

  it('resolves an alert of which accepted detections alone are left', () => {
    const accepted = held(B, { alertId: ALERT, state: 'accepted' });
    const { alert: action, isFlagged } = judged({
      verdicts: [says(A, 'harmless'), says(B, 'malicious')],
      live: [...live, accepted],
      accepted: [triple(B)],
      latestAlert,
    });
    expect(action.kind).toBe('clear');
    expect(isFlagged).toBe(false);
  });

  it('leaves an alert that was reopened with nothing live alone in a clean scan', () => {
    const { alert: action } = judged({
      verdicts: [says(A, 'harmless')],
      latestAlert: alert('in_progress'),
    });
    expect(action).toEqual({ kind: 'none' });
  });
});

describe('an open alert', () => {
  const live = [held(A, { alertId: ALERT })];
  const latestAlert = alert('in_progress');

  it('takes a new engine', () => {
    const { raised, alert: action } = judged({
      verdicts: [says(A, 'malicious'), says(B, 'suspicious')],
      live,
      latestAlert,
    });
    expect(raised.map(({ verdict }) => verdict.engine)).toEqual([B]);
    expect(action).toEqual({ kind: 'update', alertId: ALERT });
  });

  it('takes a new engine below the threshold too', () => {
    const { alert: action } = judged({
      verdicts: [says(B, 'malicious')],
      latestAlert,
      threshold: 5,
    });
    expect(action.kind).toBe('update');
  });

  it.each([
    ['result', says(A, 'malicious', 'phishing')],
    ['category', says(A, 'suspicious', 'malicious')],
    ['result that is none', says(A, 'malicious', null)],
  ])('is brought up to date in place by a changed %s', (_what, verdict) => {
    const { raised, seen, alert: action } = judged({ verdicts: [verdict], live, latestAlert });
    expect(raised).toEqual([]);
    expect(seen).toMatchObject([{ detectionId: 101, state: 'detected', isChanged: true }]);
    expect(action.kind).toBe('update');
  });

  it('is not changed by the same flag, however the engine came to it', () => {
    const verdict = { ...says(A, 'malicious'), method: 'heuristic' };
    const { seen, alert: action } = judged({ verdicts: [verdict], live, latestAlert });
    expect(seen).toMatchObject([{ isChanged: false, hasNewMethod: true }]);
    expect(action).toEqual({ kind: 'none' });
  });

  it('resolves when its one counting flag turns into one that is accepted', () => {
    const evidence = {
      verdicts: [says(A, 'malicious', 'spam')],
      live,
      latestAlert,
      accepted: [triple(A, 'malicious', 'spam')],
    };
    expect(judged(evidence)).toMatchObject({ alert: { kind: 'clear' }, isFlagged: false });
    expect(judged({ ...evidence, isConclusive: false })).toMatchObject({
      alert: { kind: 'update' },
      isFlagged: false,
    });
  });
});

describe('the threshold', () => {
  it.each([
    [1, 1, 'open'],
    [2, 1, 'none'],
    [2, 2, 'open'],
    [3, 2, 'none'],
  ])('of %d and %d engines: %s', (threshold, engines, kind) => {
    const verdicts = [A, B, C].slice(0, engines).map((engine) => says(engine, 'malicious'));
    const judgement = judged({ verdicts, threshold });
    expect(judgement.alert.kind).toBe(kind);
    expect(judgement.isFlagged).toBe(true);
  });

  it('counts flags of earlier scans that stand', () => {
    const { alert: action } = judged({
      verdicts: [says(B, 'malicious')],
      live: [held(A)],
      threshold: 2,
    });
    expect(action.kind).toBe('open');
  });

  it('is not reached by flags of earlier scans alone', () => {
    const { alert: action, isFlagged } = judged({
      verdicts: [says(B, 'harmless')],
      live: [held(A)],
      threshold: 1,
    });
    expect([action.kind, isFlagged]).toEqual(['none', true]);
  });

  it('counts neither accepted nor silent ones', () => {
    const { alert: action } = judged({
      verdicts: [says(A, 'malicious'), says(C, 'malicious')],
      live: [held(A, { state: 'accepted' }), held(B, { state: 'silent', isEngineSilent: true })],
      accepted: [triple(A)],
      threshold: 2,
    });
    expect(action.kind).toBe('none');
  });
});

describe('after an alert was cleared', () => {
  it('opens a new one that links to it', () => {
    const { alert: action } = judged({
      verdicts: [says(A, 'malicious')],
      latestAlert: alert('resolved', 'cleared'),
    });
    expect(action).toEqual({ kind: 'open', previousAlertId: ALERT });
  });
});

describe.each([
  ['a false positive', alert('false_positive')],
  ['an accepted risk', alert('resolved', 'accepted_risk')],
])('after %s', (_what, latestAlert) => {
  const live = [held(A, { alertId: ALERT, state: 'accepted' })];
  const accepted = [triple(A)];

  it('the accepted triple raises nothing', () => {
    const judgement = judged({ verdicts: [says(A, 'malicious')], live, accepted, latestAlert });
    expect(judgement).toMatchObject({
      raised: [],
      seen: [{ isChanged: false, state: 'accepted' }],
      alert: { kind: 'none' },
      isFlagged: false,
    });
  });

  it('raises nothing either when its detection was lost', () => {
    const judgement = judged({ verdicts: [says(A, 'malicious')], accepted, latestAlert });
    expect(judgement).toMatchObject({
      raised: [{ state: 'accepted' }],
      alert: { kind: 'none' },
      isFlagged: false,
    });
  });

  it('a new engine raises, and the new alert links to the old one', () => {
    const judgement = judged({
      verdicts: [says(A, 'malicious'), says(B, 'malicious')],
      live,
      accepted,
      latestAlert,
    });
    expect(judgement.raised.map(({ verdict }) => verdict.engine)).toEqual([B]);
    expect(judgement.alert).toEqual({ kind: 'open', previousAlertId: ALERT });
    expect(judgement.isFlagged).toBe(true);
  });

  it.each([
    ['result', says(A, 'malicious', 'phishing')],
    ['category', says(A, 'suspicious', 'malicious')],
  ])('a changed %s raises, and leaves the settled detection as it was', (_what2, verdict) => {
    const judgement = judged({ verdicts: [verdict], live, accepted, latestAlert });
    expect(judgement.raised).toEqual([{ verdict, state: 'detected', replaces: 101 }]);
    expect(judgement.seen).toEqual([]);
    expect(judgement.alert.kind).toBe('open');
  });

  it('flapping between two accepted results raises nothing', () => {
    const judgement = judged({
      verdicts: [says(A, 'malicious', 'spam')],
      live,
      accepted: [...accepted, triple(A, 'malicious', 'spam')],
      latestAlert,
    });
    expect(judgement).toMatchObject({
      raised: [{ state: 'accepted', replaces: 101 }],
      alert: { kind: 'none' },
      isFlagged: false,
    });
  });

  it.each(['harmless', 'undetected'])('ends when that engine says %s', (category) => {
    const { acceptanceEnded, clearedIds } = judged({
      verdicts: [says(A, category)],
      live,
      accepted,
      latestAlert,
    });
    expect([acceptanceEnded, clearedIds]).toEqual([[A], [101]]);
  });

  it.each([
    ['another engine says harmless', [says(B, 'harmless')], true],
    ['the engine is absent', [], true],
    ['the engine times out', [says(A, 'timeout')], true],
    ['the engine says another thing', [says(A, 'malicious', 'phishing')], true],
    ['the scan is inconclusive', [says(A, 'harmless')], false],
  ])('does not end when %s', (_when, verdicts, isConclusive) => {
    const { acceptanceEnded } = judged({ verdicts, isConclusive, live, accepted, latestAlert });
    expect(acceptanceEnded).toEqual([]);
  });

  it('a triple that cleared and came back raises', () => {
    const judgement = judged({ verdicts: [says(A, 'malicious')], latestAlert });
    expect(judgement.raised).toMatchObject([{ state: 'detected' }]);
    expect(judgement.alert.kind).toBe('open');
  });
});

describe('after remediated', () => {
  const latestAlert = alert('resolved', 'remediated');
  const live = [held(A, { alertId: ALERT })];

  it('a conclusive scan that flags the same way reopens', () => {
    const { raised, alert: action } = judged({
      verdicts: [says(A, 'malicious')],
      live,
      latestAlert,
    });
    expect([raised, action]).toEqual([[], { kind: 'reopen', alertId: ALERT }]);
  });

  it('reopens whatever the threshold', () => {
    const { alert: action } = judged({
      verdicts: [says(A, 'malicious')],
      live,
      latestAlert,
      threshold: 9,
    });
    expect(action.kind).toBe('reopen');
  });

  it.each([
    ['an inconclusive scan', [says(A, 'malicious')], false],
    ['a scan without the engine', [says(B, 'harmless')], true],
    ['a scan in which the engine clears it', [says(A, 'undetected')], true],
  ])('%s does not', (_what, verdicts, isConclusive) => {
    const { alert: action } = judged({ verdicts, isConclusive, live, latestAlert });
    expect(action).toEqual({ kind: 'none' });
  });

  it('a new engine beside the old one reopens with both', () => {
    const { raised, alert: action } = judged({
      verdicts: [says(A, 'malicious'), says(B, 'malicious')],
      live,
      latestAlert,
    });
    expect(raised.map(({ verdict }) => verdict.engine)).toEqual([B]);
    expect(action.kind).toBe('reopen');
  });

  it('an engine that changed beside one that did not is brought up to date in place', () => {
    const {
      raised,
      seen,
      alert: action,
    } = judged({
      verdicts: [says(A, 'malicious'), says(B, 'malicious', 'phishing')],
      live: [...live, held(B, { alertId: ALERT })],
      latestAlert,
    });
    expect(raised).toEqual([]);
    expect(seen.map(({ isChanged }) => isChanged)).toEqual([false, true]);
    expect(action.kind).toBe('reopen');
  });

  it.each([true, false])('a new engine alone opens a new one (conclusive: %s)', (isConclusive) => {
    const { alert: action } = judged({
      verdicts: [says(B, 'malicious')],
      isConclusive,
      live,
      latestAlert,
    });
    expect(action).toEqual({ kind: 'open', previousAlertId: ALERT });
  });

  it('a changed result opens a new one', () => {
    const { raised, alert: action } = judged({
      verdicts: [says(A, 'malicious', 'phishing')],
      live,
      latestAlert,
    });
    expect(raised).toMatchObject([{ replaces: 101 }]);
    expect(action).toEqual({ kind: 'open', previousAlertId: ALERT });
  });

  it('a flag below an older, higher threshold opens a new one', () => {
    const { alert: action } = judged({
      verdicts: [says(B, 'malicious')],
      live: [...live, held(B)],
      latestAlert,
    });
    expect(action.kind).toBe('open');
  });

  it('an engine that was silent and flags the same way again reopens', () => {
    const { seen, alert: action } = judged({
      verdicts: [says(A, 'malicious')],
      live: [held(A, { alertId: ALERT, state: 'silent', isEngineSilent: false })],
      latestAlert,
    });
    expect(seen).toMatchObject([{ state: 'detected', isChanged: true }]);
    expect(action.kind).toBe('reopen');
  });
});

describe('a silent engine', () => {
  const latestAlert = alert('new');

  it('leaves its detection silent, the alert open and the platform flagged', () => {
    const judgement = judged({
      live: [held(A, { alertId: ALERT, isEngineSilent: true })],
      latestAlert,
    });
    expect(judgement).toMatchObject({
      hushed: [{ detectionId: 101, state: 'silent' }],
      clearedIds: [],
      alert: { kind: 'update' },
      isFlagged: true,
    });
  });

  it('says nothing a second time', () => {
    const judgement = judged({
      live: [held(A, { alertId: ALERT, state: 'silent', isEngineSilent: true })],
      latestAlert,
    });
    expect(judgement).toMatchObject({ hushed: [], alert: { kind: 'none' } });
  });

  it('counts again once it answers on any platform', () => {
    const judgement = judged({
      live: [held(A, { alertId: ALERT, state: 'silent', isEngineSilent: false })],
      latestAlert,
    });
    expect(judgement.hushed).toEqual([{ detectionId: 101, state: 'detected' }]);
  });

  it('leaves what was accepted accepted', () => {
    const judgement = judged({
      live: [held(A, { alertId: ALERT, state: 'accepted', isEngineSilent: true })],
      accepted: [triple(A)],
      latestAlert: alert('false_positive'),
    });
    expect(judgement.hushed).toEqual([]);
  });
});

describe('a detection on an older alert', () => {
  it('gets a row of its own on the open one', () => {
    const { raised } = judged({
      verdicts: [says(A, 'malicious')],
      live: [held(A, { alertId: OLDER })],
      latestAlert: alert('new'),
    });
    expect(raised).toMatchObject([{ state: 'detected', replaces: 101 }]);
  });
});

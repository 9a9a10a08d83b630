import {
  A,
  ALERT,
  alert,
  B,
  C,
  held,
  judged,
  OLDER,
  says,
  triple,
} from '../../test/support/judging.js';

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

import { A, ALERT, alert, B, held, judged, says, triple } from '../../test/support/judging.js';

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

import fc from 'fast-check';
import { isSettled, type AlertReason, type AlertState } from './alert.rules.js';
import type { AcceptedTriple, Evidence, LatestAlert, LiveDetection } from './evidence.js';
import { isAcceptedTriple } from './flag.rules.js';
import { judge, type Judgement } from './judgement.rules.js';
import { isClearing, isFlagging, type Verdict } from './verdict.rules.js';

const ENGINES = [1, 2, 3, 4, 5];
const ALERT = 10;
const OLDER = 9;
const NEW = 11;

const flagCategory = fc.constantFrom('malicious', 'suspicious');
const result = fc.constantFrom('phishing', 'spam', null);
const category = fc.oneof(
  flagCategory,
  fc.constantFrom('harmless', 'undetected', 'timeout', 'failure', 'brand-new'),
);

const latestAlerts: fc.Arbitrary<LatestAlert | null> = fc
  .constantFrom<[AlertState, AlertReason | null] | null>(
    null,
    ['new', null],
    ['in_progress', null],
    ['false_positive', null],
    ['resolved', 'remediated'],
    ['resolved', 'cleared'],
    ['resolved', 'accepted_risk'],
    ['resolved', 'engine_gone'],
  )
  .map((latest) => latest && { id: ALERT, state: latest[0], reason: latest[1] });

const triples: fc.Arbitrary<AcceptedTriple[]> = fc.array(
  fc.record({ engine: fc.constantFrom(...ENGINES), category: flagCategory, result }),
  { maxLength: 4 },
);

/** States of a platform that can come to be: an open alert holds every live detection. */
const evidences: fc.Arbitrary<Evidence> = fc
  .record({ latestAlert: latestAlerts, accepted: triples })
  .chain(({ latestAlert, accepted }) => {
    const isOpen = latestAlert !== null && !isSettled(latestAlert.state);
    const alertIds = isOpen ? [ALERT] : latestAlert ? [null, ALERT, OLDER] : [null];
    const live = fc
      .record({
        alertId: fc.constantFrom(...alertIds),
        category: flagCategory,
        result,
        isSilent: fc.boolean(),
        isEngineSilent: fc.boolean(),
      })
      .map(({ isSilent, ...row }) => ({ ...row, method: null, isSilent }));
    return fc.record({
      latestAlert: fc.constant(latestAlert),
      accepted: fc.constant(accepted),
      isConclusive: fc.boolean(),
      threshold: fc.integer({ min: 1, max: 3 }),
      live: perEngine(live).map((rows) =>
        rows.map(({ isSilent, ...row }): LiveDetection => {
          const state = isSilent ? 'silent' : 'detected';
          return {
            ...row,
            id: 100 + row.engine,
            state: isAcceptedTriple(row, accepted) ? 'accepted' : state,
          };
        }),
      ),
      verdicts: perEngine(fc.record({ category, result, method: fc.constant(null) })),
    });
  });

/** For each of some engines one of what is drawn. */
function perEngine<T extends object>(
  one: fc.Arbitrary<T>,
): fc.Arbitrary<(T & { engine: number })[]> {
  return fc
    .tuple(...ENGINES.map((engine) => fc.option(one.map((value) => ({ ...value, engine })))))
    .map((all) => all.filter((value) => value !== null));
}

/** An engine that answered in this scan is silent nowhere. */
function heard(evidence: Evidence): Evidence {
  const answered = new Set(evidence.verdicts.map(({ engine }) => engine));
  return {
    ...evidence,
    live: evidence.live.map((row) =>
      answered.has(row.engine) ? { ...row, isEngineSilent: false } : row,
    ),
  };
}

/** The platform once a judgement is written. */
function applied(evidence: Evidence, judgement: Judgement): Evidence {
  const { raised, seen, clearedIds, hushed, acceptanceEnded, alert } = judgement;
  const replaced = new Set(raised.map(({ replaces }) => replaces));
  const latestAlert = nextAlert(evidence.latestAlert, judgement);
  const holder = latestAlert && !isSettled(latestAlert.state) ? latestAlert.id : null;
  const isGathered = alert.kind === 'open' || alert.kind === 'reopen';
  const kept = evidence.live
    .filter(({ id }) => !clearedIds.includes(id) && !replaced.has(id))
    .map((row): LiveDetection => {
      const flag = seen.find(({ detectionId }) => detectionId === row.id);
      const silence = hushed.find(({ detectionId }) => detectionId === row.id);
      return {
        ...row,
        ...(flag ? { ...flag.verdict, state: flag.state } : {}),
        ...(silence ? { state: silence.state } : {}),
        alertId: isGathered ? holder : row.alertId,
      };
    });
  const added = raised.map(({ verdict, state }): LiveDetection => ({
    ...verdict,
    id: 200 + verdict.engine,
    state,
    alertId: holder,
    isEngineSilent: false,
  }));
  return {
    ...evidence,
    latestAlert,
    accepted: evidence.accepted.filter(({ engine }) => !acceptanceEnded.includes(engine)),
    live: [...kept, ...added],
  };
}

function nextAlert(latest: LatestAlert | null, { alert }: Judgement): LatestAlert | null {
  switch (alert.kind) {
    case 'open':
      return { id: NEW, state: 'new', reason: null };
    case 'reopen':
      return { id: alert.alertId, state: 'in_progress', reason: null };
    case 'clear':
      return { id: alert.alertId, state: 'resolved', reason: 'cleared' };
    case 'update':
    case 'none':
      return latest;
  }
}

function verdictOf(evidence: Evidence, engine: number): Verdict | undefined {
  return evidence.verdicts.find((verdict) => verdict.engine === engine);
}

const RUNS = { numRuns: 2000 };
const scan = evidences.map(heard);

describe('judging any scan', () => {
  it('never changes a detection whose engine says nothing, but for its silence', () => {
    fc.assert(
      fc.property(scan, (evidence) => {
        const after = applied(evidence, judge(evidence)).live;
        for (const before of evidence.live) {
          const said = verdictOf(evidence, before.engine)?.category ?? '';
          if (isFlagging(said) || isClearing(said)) continue;
          const now = after.find(({ id }) => id === before.id);
          expect(now).toBeDefined();
          expect([now?.category, now?.result]).toEqual([before.category, before.result]);
          if (before.state === 'accepted') expect(now?.state).toBe('accepted');
          else expect(now?.state).toBe(before.isEngineSilent ? 'silent' : 'detected');
        }
      }),
      RUNS,
    );
  });

  it("clears by the same engine's harmless or undetected in a conclusive scan alone", () => {
    fc.assert(
      fc.property(scan, (evidence) => {
        const { clearedIds, acceptanceEnded, alert } = judge(evidence);
        for (const before of evidence.live) {
          const said = verdictOf(evidence, before.engine)?.category ?? '';
          const isCleared = evidence.isConclusive && isClearing(said);
          expect(clearedIds.includes(before.id)).toBe(isCleared);
        }
        for (const engine of acceptanceEnded) {
          expect(isClearing(verdictOf(evidence, engine)?.category ?? '')).toBe(true);
        }
        if (!evidence.isConclusive) {
          expect(acceptanceEnded).toEqual([]);
          expect(['clear', 'reopen']).not.toContain(alert.kind);
        }
      }),
      RUNS,
    );
  });

  it('loses no flag: every engine that flags has a live detection that says the same', () => {
    fc.assert(
      fc.property(scan, (evidence) => {
        const after = applied(evidence, judge(evidence));
        for (const verdict of evidence.verdicts.filter((one) => isFlagging(one.category))) {
          const row = after.live.find(({ engine }) => engine === verdict.engine);
          expect([row?.category, row?.result]).toEqual([verdict.category, verdict.result]);
          const state = isAcceptedTriple(verdict, evidence.accepted) ? 'accepted' : 'detected';
          expect(row?.state).toBe(state);
        }
      }),
      RUNS,
    );
  });

  it('is flagged just when a live detection that is not accepted remains', () => {
    fc.assert(
      fc.property(scan, (evidence) => {
        const judgement = judge(evidence);
        const remains = applied(evidence, judgement).live.some(({ state }) => state !== 'accepted');
        expect(judgement.isFlagged).toBe(remains);
      }),
      RUNS,
    );
  });

  it('leaves one live detection an engine at most', () => {
    fc.assert(
      fc.property(scan, (evidence) => {
        const engines = applied(evidence, judge(evidence)).live.map(({ engine }) => engine);
        expect(new Set(engines).size).toBe(engines.length);
      }),
      RUNS,
    );
  });

  it('leaves every live detection on the alert that is open then', () => {
    fc.assert(
      fc.property(scan, (evidence) => {
        const { live, latestAlert } = applied(evidence, judge(evidence));
        if (!latestAlert || isSettled(latestAlert.state)) return;
        for (const { alertId } of live) expect(alertId).toBe(latestAlert.id);
      }),
      RUNS,
    );
  });

  it('opens on a flag that counts alone, and only with as many as the threshold', () => {
    fc.assert(
      fc.property(scan, (evidence) => {
        const judgement = judge(evidence);
        const { kind } = judgement.alert;
        if (kind !== 'open' && kind !== 'reopen') return;
        const counting = applied(evidence, judgement).live.filter(
          ({ state }) => state === 'detected',
        );
        const found = counting.filter(({ engine }) =>
          isFlagging(verdictOf(evidence, engine)?.category ?? ''),
        );
        expect(found.length).toBeGreaterThan(0);
        if (kind === 'open') expect(counting.length).toBeGreaterThanOrEqual(evidence.threshold);
      }),
      RUNS,
    );
  });

  it('adds nothing when the same scan is judged again', () => {
    fc.assert(
      fc.property(scan, (evidence) => {
        const again = judge(heard(applied(evidence, judge(evidence))));
        expect(again).toMatchObject({
          raised: [],
          clearedIds: [],
          hushed: [],
          acceptanceEnded: [],
          alert: { kind: 'none' },
        });
        expect(again.seen.filter(({ isChanged }) => isChanged)).toEqual([]);
      }),
      RUNS,
    );
  });
});

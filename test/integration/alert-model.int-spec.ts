import fc from 'fast-check';
import type { Alert } from '../../src/alert/alert.entity.js';
import {
  type AlertReason,
  isAccepting,
  isSettled,
  severityOf,
} from '../../src/alert/alert.rules.js';
import { Detection } from '../../src/alert/detection.entity.js';
import { TimelineService } from '../../src/alert/timeline.service.js';
import { DomainError } from '../../src/web/domain-error.js';
import { TestApp } from '../support/app.js';
import { AlertScenario, type Says } from '../support/alert-scenario.js';
import { cases, timesAsMany } from '../support/cases.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';

const ENGINES = ['A', 'B', 'C'];

type Step =
  | { kind: 'scan'; says: Says; isConclusive: boolean }
  | { kind: 'settle'; change: { state: 'resolved' | 'false_positive'; reason?: AlertReason } }
  | { kind: 'reopen'; which: number };

const said = fc.oneof(
  fc.tuple(fc.constantFrom('malicious', 'suspicious'), fc.constantFrom('x', 'y')),
  fc.constantFrom('harmless', 'undetected', 'timeout', null),
);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('scan' as const),
        says: fc
          .tuple(...ENGINES.map(() => said))
          .map(
            (all) =>
              Object.fromEntries(
                ENGINES.map((engine, index) => [engine, all[index]] as const).filter(
                  ([, what]) => what !== null,
                ),
              ) as Says,
          ),
        isConclusive: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('settle' as const),
        change: fc.constantFrom<{ state: 'resolved' | 'false_positive'; reason?: AlertReason }>(
          { state: 'false_positive' },
          { state: 'resolved', reason: 'accepted_risk' },
          { state: 'resolved', reason: 'remediated' },
          { state: 'resolved', reason: 'engine_gone' },
        ),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('reopen' as const), which: fc.nat(9) }),
    },
  ),
  { minLength: 3, maxLength: 14 },
);

/** What engines say of one platform as DESIGN tells it, in the simplest words. */
class Model {
  readonly flags = new Map<string, { category: string; result: string }>();
  /** What settling each alert accepted: `engine category result`. */
  readonly accepted = new Map<number, Set<string>>();

  scan(says: Says, isConclusive: boolean): void {
    for (const [engine, what] of Object.entries(says)) {
      if (typeof what !== 'string') {
        this.flags.set(engine, { category: what[0], result: what[1] ?? '' });
      } else if (isConclusive && what !== 'timeout') {
        this.flags.delete(engine);
        for (const triples of this.accepted.values()) {
          for (const triple of triples) if (triple.startsWith(`${engine} `)) triples.delete(triple);
        }
      }
    }
  }

  accept(alertId: number): void {
    this.accepted.set(alertId, new Set([...this.flags.keys()].map((one) => this.triple(one))));
  }

  /** The engines whose flags nobody accepted. */
  get counting(): string[] {
    return [...this.flags.keys()].filter((engine) => !this.isAccepted(engine));
  }

  isAccepted(engine: string): boolean {
    return [...this.accepted.values()].some((triples) => triples.has(this.triple(engine)));
  }

  private triple(engine: string): string {
    const { category, result } = this.flags.get(engine)!;
    return `${engine} ${category} ${result}`;
  }
}

describeOnEachDatabase('any sequence of scans and settlements', (database) => {
  let app: TestApp;
  let clock: FakeClock;
  let at: AlertScenario;

  beforeAll(async () => {
    clock = new FakeClock();
    app = await TestApp.start({ env: database().env, clock });
    at = new AlertScenario(app);
  });
  afterAll(async () => {
    await app.stop();
  });

  const openOf = (alerts: Alert[]) => alerts.filter(({ state }) => !isSettled(state));

  async function scan(platformId: number, model: Model, step: Step & { kind: 'scan' }) {
    const alertsBefore = await at.alerts(platformId);
    const countedBefore = model.counting.length;
    model.scan(step.says, step.isConclusive);
    const isFlagged = await at.scan(platformId, step.says, {
      isConclusive: step.isConclusive,
      threshold: 1,
    });
    expect(isFlagged).toBe(model.counting.length > 0);

    const [open] = openOf(await at.alerts(platformId));
    const isFound = model.counting.some((engine) => typeof step.says[engine] === 'object');
    const hadRemediated = alertsBefore.some(({ reason }) => reason === 'remediated');
    if (isFound && (step.isConclusive || !hadRemediated)) expect(open).toBeDefined();
    const hadOpen = openOf(alertsBefore).length > 0;
    if (hadOpen && step.isConclusive && countedBefore > 0 && model.counting.length === 0) {
      expect(open).toBeUndefined();
    }
    if (hadOpen && !step.isConclusive) expect(open).toBeDefined();
  }

  async function settle(platformId: number, model: Model, step: Step & { kind: 'settle' }) {
    const [open] = openOf(await at.alerts(platformId));
    if (!open) return;
    const { state, reason } = await at.change(open.id, step.change);
    if (isAccepting(state, reason)) model.accept(open.id);
  }

  async function reopen(platformId: number, model: Model, step: Step & { kind: 'reopen' }) {
    const alerts = await at.alerts(platformId);
    const settled = alerts.filter(({ state }) => isSettled(state));
    const one = settled[step.which % Math.max(1, settled.length)];
    if (!one) return;
    const done = await at.change(one.id, { state: 'in_progress' }).catch((error: unknown) => error);
    if (openOf(alerts).length > 0) {
      expect(done).toBeInstanceOf(DomainError);
      expect(done).toMatchObject({ code: 'ALERT.NEWER_OPEN' });
    } else {
      expect(done).toMatchObject({ id: one.id, state: 'in_progress' });
      model.accepted.delete(one.id);
    }
  }

  async function check(platformId: number, model: Model): Promise<void> {
    const alerts = await at.alerts(platformId);
    const open = openOf(alerts);
    expect(open.length).toBeLessThanOrEqual(1);
    expect(alerts.filter((one) => one.openPlatformId !== null)).toEqual(open);

    const live = (
      await at.unitOfWork
        .repository(Detection)
        .find({ where: { platformId }, relations: { engine: true } })
    ).filter(({ liveEngineId }) => liveEngineId !== null);
    const standing = live.map(({ engine, category, result, state }) => [
      engine?.name,
      { category, result, isAccepted: state === 'accepted' },
    ]);
    const expected = [...model.flags].map(([engine, flag]) => [
      engine,
      { ...flag, isAccepted: model.isAccepted(engine) },
    ]);
    expect(standing.sort()).toEqual(expected.sort());

    for (const alert of open) {
      expect(live.every(({ alertId }) => alertId === alert.id)).toBe(true);
      const severity = severityOf(
        model.counting.map((engine) => model.flags.get(engine)!.category),
      );
      if (severity !== null) expect(alert.severity).toBe(severity);
      const uncleared = (await at.enriched(alert.id)).detections.filter(
        ({ detection }) => detection.state !== 'cleared',
      );
      expect(uncleared.map(({ engine }) => engine).sort()).toEqual([...model.flags.keys()].sort());
    }
    for (const { id, version } of alerts) {
      const lines = await app.nest.get(TimelineService, { strict: false }).of(id);
      const told = [...new Set(lines.map((line) => line.version))];
      expect(told).toEqual(Array.from({ length: version }, (_, index) => index + 1));
    }
  }

  it(
    'keeps one open alert, every flag, the severity and the timeline right',
    async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (all) => {
          const { id } = await aPlatform(app);
          const model = new Model();
          for (const step of all) {
            await clock.skip(60_000);
            if (step.kind === 'scan') await scan(id, model, step);
            else if (step.kind === 'settle') await settle(id, model, step);
            else await reopen(id, model, step);
            await check(id, model);
          }
        }),
        // What it proves is the rules; of each database it takes that rows come back as they went.
        { numRuns: cases(database().kind === 'sqlite' ? 15 : 6), endOnFailure: false },
      );
    },
    120_000 * timesAsMany(),
  );
});

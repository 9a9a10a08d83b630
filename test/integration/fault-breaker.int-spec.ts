import { DatabaseFeeder } from '../../src/scan/database-feeder.js';
import { Random } from '../../src/config/random.js';
import type { Platform } from '../../src/platform/platform.entity.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { ScanService } from '../../src/scan/scan.service.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { aPlatform } from '../support/factories.js';
import { FaultBench, NOTHING, type Stage, STAGES } from '../support/fault-bench.js';
import { temporarySqlite } from '../support/open-database.js';
import { onlyTask, scanRow, taskRows } from '../support/scan-rows.js';
import type { Fault } from '../support/virustotal-stand-in/faults.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Everything but the quotas, which a scan does without. */
/** Requests on their way at once. */
const BURST = 12;
const GONE: Fault = { kind: 'status', status: 503, path: '^/(urls|analyses)', count: 'always' };

// Hours of the engine, step by step.
jest.setTimeout(30_000);

describe('while VirusTotal does not work', () => {
  const database = temporarySqlite();
  let bench: FaultBench;

  beforeAll(async () => {
    bench = await FaultBench.start(database);
  });
  beforeEach(() => {
    bench.reset();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    await bench.stop();
    await database.drop();
  });

  const hasEnded = (scanId: number) =>
    bench.until(async () => (await scanRow(bench.nest, scanId)).finishedAt !== null);
  const after = (seconds: number) => ({ 'retry-after': String(seconds) });
  /** Faults of a platform's submissions, one after the other, each with its Retry-After, s. */
  const strikeWith = (platform: Parameters<FaultBench['strike']>[1], pauses: number[]) => {
    for (const seconds of pauses) {
      bench.strike('submit', platform, { kind: 'status', status: 503, headers: after(seconds) });
    }
  };

  /** One platform whose requests fail for ever, in a scan over all that is due again in a day. */
  const aloneAndStruck = async (stage: Stage, { isNamed = false } = {}) => {
    await bench.nest.get(VirusTotalSettingsService).update({ scanFrequencyDays: 1 });
    const both = await bench.begin();
    await both.untilEnded();
    await bench.nest.get(PlatformService).archive(both.other.id);
    const { id: overAll, struck } = await bench.scan(both.struck, both.other);
    if (isNamed) await hasEnded(overAll);
    const id = isNamed ? await bench.rescan(struck) : overAll;
    bench.strike(stage, struck, { kind: 'reset', count: 'always' });
    const { nextScanAt } = (await bench.nest.get(ScanService).schedule())!;
    await bench.leapUntil(() => bench.nowMs() >= nextScanAt!.getTime() - SECOND);
    return { id, struck };
  };
  /** What comes after meets no open breaker. */
  const wellAgain = async (platform: Platform) => {
    bench.standIn.reset();
    const well = await bench.rescan(platform);
    await bench.leapUntil(async () => (await scanRow(bench.nest, well)).finishedAt !== null);
    await bench.nest.get(VirusTotalSettingsService).update({ scanFrequencyDays: 7 });
  };

  describe('a task', () => {
    it.each([
      // Beside each Retry-After comes 11.25 s.
      ['four tries over 899.75 s', [300, 300, 266, 1], 'completed'],
      ['four tries over 900.75 s', [300, 300, 267, 1], 'failed'],
      ['three tries over half an hour', [900, 900, 1], 'completed'],
    ])('after %s is %s', async (_tries, pauses, state) => {
      jest.spyOn(bench.nest.get(Random), 'next').mockReturnValue(0);
      const scan = await bench.begin();
      strikeWith(scan.struck, pauses);
      const ended = await scan.untilEnded();
      expect((await scan.task(scan.other)).state).toBe('completed');
      const task = await scan.task(scan.struck);
      expect(task.state).toBe(state);
      expect(bench.standIn.stats().faultsPending).toBe(0);
      if (state === 'completed') return;
      expect(task).toMatchObject({
        errorCode: 'virustotal_unavailable',
        errorDetail: expect.stringMatching(/^HTTP 503/),
      });
      expect(ended).toMatchObject({ state: 'completed_with_errors', requestsUsed: 4 + 2 });
      expect(await bench.knownOf(scan.struck)).toEqual(NOTHING);
      // Failed is no end: the next scan tries anew.
      const next = await bench.scan(scan.struck, scan.other);
      expect(await next.untilEnded()).toMatchObject({ state: 'completed' });
      expect(await bench.knownOf(scan.struck)).toMatchObject({ state: 'clean' });
    });

    it.each(STAGES)('%s: fails by its own pauses, too, and others are scanned', async (stage) => {
      const scan = await bench.begin();
      bench.strike(stage, scan.struck, { kind: 'reset', count: 'always' });
      await bench.until(async () => (await scan.task(scan.struck)).faults === 1);
      const { firstFaultAt } = await scan.task(scan.struck);
      // Others succeed meanwhile, again and again.
      while ((await scan.row()).finishedAt === null) {
        await bench.rescan(scan.other);
        for (let step = 0; step < 12; step += 1) await bench.step();
      }
      const task = await scan.task(scan.struck);
      expect(task).toMatchObject({ state: 'failed', errorCode: 'virustotal_unavailable' });
      const spanMs = task.completedAt!.getTime() - firstFaultAt!.getTime();
      expect(spanMs).toBeGreaterThanOrEqual(15 * MINUTE);
      expect(spanMs).toBeLessThan(27 * MINUTE);
      expect((await scan.row()).requestsUsed).toBeLessThanOrEqual(8 + 3);
    });

    it('does not fail while no other platform’s request succeeds, and does when one has', async () => {
      const scan = await bench.begin();
      await scan.untilEnded();
      const id = await bench.rescan(scan.struck);
      bench.strike('submit', scan.struck, { kind: 'reset', count: 'always' });
      const began = bench.nowMs();
      await bench.leapUntil(() => bench.nowMs() > began + 3 * 60 * MINUTE);
      expect(await scanRow(bench.nest, id)).toMatchObject({
        state: 'waiting',
        reason: 'virustotal_unavailable',
        waitingUntil: expect.any(Date),
      });
      const patient = await onlyTask(bench.nest, id);
      expect(patient).toMatchObject({ state: 'pending', errorCode: null });
      expect(patient.faults).toBeGreaterThan(5);
      expect(bench.costly()).toBeLessThan(4 + 20);

      const other = await bench.rescan(scan.other);
      await hasEnded(other);
      await hasEnded(id);
      expect(await onlyTask(bench.nest, other)).toMatchObject({ state: 'completed' });
      expect(await onlyTask(bench.nest, id)).toMatchObject({
        state: 'failed',
        errorCode: 'virustotal_unavailable',
      });
    });

    it('is not failed by a success of its own', async () => {
      const scan = await bench.begin();
      await scan.untilEnded();
      const id = await bench.rescan(scan.struck);
      const task = () => onlyTask(bench.nest, id);
      const unknown = { kind: 'not-found-after-submit', ms: 60 * MINUTE } as const;
      bench.strike('submit', scan.struck, unknown);
      await bench.until(async () => (await task()).state === 'submitted');
      // Faults of three looks, then a 404, which is an answer, then faults of a second submission.
      for (const seconds of [300, 240, 60]) {
        const headers = after(seconds);
        bench.strike('collect', scan.struck, { kind: 'status', status: 503, headers });
      }
      await bench.until(async () => (await task()).state === 'pending');
      bench.strike('submit', scan.struck, { kind: 'reset', count: 6 });
      await hasEnded(id);
      expect(await task()).toMatchObject({ state: 'completed', submissions: 2 });
      expect(bench.standIn.stats().faultsPending).toBe(0);
    });
  });

  describe('for one URL alone', () => {
    it.each(STAGES)('%s: others go first when a pause of all ends', async (stage) => {
      const scan = await bench.begin();
      const headers = after(600);
      const fault: Fault = { kind: 'status', status: 503, headers, count: 'always' };
      bench.strike(stage, scan.struck, fault);
      await scan.untilTask(scan.other, 'completed');
      expect(bench.standIn.stats().answers.status).toBeLessThanOrEqual(2);
      expect(await bench.knownOf(scan.struck)).toEqual(NOTHING);
      // Others were scanned meanwhile, so that it fails at last.
      expect(await scan.untilEnded()).toMatchObject({ state: 'completed_with_errors' });
    });

    it.each(STAGES)('%s: the probe is another’s after an outage', async (stage) => {
      const scan = await bench.begin();
      if (stage === 'collect') await scan.untilTask(scan.struck, 'submitted');
      const outage: Fault = { ...GONE, count: 12 };
      bench.standIn.fault(outage);
      await bench.leapUntil(() => bench.standIn.stats().faultsPending === 0);
      bench.strike(stage, scan.struck, { kind: 'reset', count: 'always' });
      const failures = () => bench.standIn.stats().answers.reset ?? 0;
      await scan.untilTask(scan.other, 'completed', 1500);
      expect(failures()).toBeLessThanOrEqual(3);
      expect(await bench.knownOf(scan.struck)).toEqual(NOTHING);
    });

    it.each(STAGES)('%s: nor is it one of several such, however urgent', async (stage) => {
      const scan = await bench.begin();
      const struck = [await aPlatform(bench), await aPlatform(bench), await aPlatform(bench)];
      const ids: number[] = [];
      for (const each of struck) ids.push(await bench.rescan(each));
      const isSubmitted = async (id: number) =>
        (await onlyTask(bench.nest, id)).state === 'submitted';
      if (stage === 'collect') {
        await bench.until(async () => (await Promise.all(ids.map(isSubmitted))).every(Boolean));
      }
      bench.standIn.fault({ ...GONE, count: 8 });
      for (const each of struck) bench.strike(stage, each, { kind: 'reset', count: 'always' });
      await bench.leapUntil(() => bench.standIn.stats().faultsPending === 3);

      const tried = bench.costly();
      await scan.untilTask(scan.other, 'completed', 3000);
      expect(bench.costly() - tried).toBeLessThan(20);
    });

    it.each(STAGES)('%s: the last of a scan gives way to the next one', async (stage) => {
      const { id, struck } = await aloneAndStruck(stage);
      expect((await onlyTask(bench.nest, id)).errorCode).toBeNull();
      const dueMs = bench.nowMs();
      await bench.leapUntil(async () => (await scanRow(bench.nest, id)).finishedAt !== null);
      expect(bench.nowMs() - dueMs).toBeLessThan(45 * MINUTE);
      expect(await onlyTask(bench.nest, id)).toMatchObject({
        state: 'failed',
        errorCode: 'virustotal_unavailable',
      });
      await wellAgain(struck);
    });

    it('a named re-scan holds up no other, and waits', async () => {
      const { id, struck } = await aloneAndStruck('submit', { isNamed: true });
      const dueMs = bench.nowMs();
      await bench.leapUntil(() => bench.nowMs() > dueMs + 2 * 60 * MINUTE);
      expect(await onlyTask(bench.nest, id)).toMatchObject({ state: 'pending', errorCode: null });
      await wellAgain(struck);
      await hasEnded(id);
      expect(await onlyTask(bench.nest, id)).toMatchObject({ state: 'completed' });
    });
  });

  describe('the breaker', () => {
    it.each([503, 'reset', 'html-200'] as const)('opens on %s: one probe a pause', async (kind) => {
      const scan = await bench.begin();
      const named: number[] = [];
      for (let i = 0; i < 6; i += 1) named.push(await bench.rescan(await aPlatform(bench)));
      bench.standIn.fault(kind === 503 ? GONE : { kind, path: GONE.path, count: 'always' });

      const first = await scan.untilWaiting();
      expect(first.reason).toBe('virustotal_unavailable');
      expect(bench.costly()).toBe(5);
      const pauses: number[] = [];
      let until = first.waitingUntil!;
      for (let probes = 1; probes <= 6; probes += 1) {
        const began = bench.nowMs();
        pauses.push(until.getTime() - began);
        await bench.leapUntil(() => bench.costly() === 5 + probes);
        expect(bench.nowMs()).toBeGreaterThanOrEqual(until.getTime() - 1);
        // Nothing beside the probe: no place is spent on what cannot be.
        await bench.until(async () => {
          const { state, waitingUntil } = await scan.row();
          return state === 'waiting' && waitingUntil !== null && waitingUntil > until;
        });
        expect(bench.costly()).toBe(5 + probes);
        until = (await scan.row()).waitingUntil!;
      }
      for (const [index, pause] of pauses.entries()) {
        const full = Math.min(30, 2 ** index) * MINUTE;
        expect(pause).toBeLessThanOrEqual(full);
        expect(pause).toBeGreaterThan(full * 0.75 - 20 * SECOND);
      }
      for (const task of await taskRows(bench.nest, scan.id)) expect(task.state).toBe('pending');
      expect(await bench.knownOf(scan.struck)).toEqual(NOTHING);
      expect(bench.complaints).toEqual([]);

      // The probe that succeeds closes it, and everything goes on by itself.
      bench.standIn.reset();
      await scan.untilEnded();
      for (const id of named) {
        await bench.until(async () => (await scanRow(bench.nest, id)).finishedAt !== null);
        expect(await onlyTask(bench.nest, id)).toMatchObject({ state: 'completed' });
      }
      expect(await scan.row()).toMatchObject({ state: 'completed', reason: null });
    });

    it('spends nothing on the quotas either while it is open', async () => {
      const scan = await bench.begin();
      bench.standIn.fault({ ...GONE, path: '^/' });
      await bench.until(() => bench.costly() === 5);
      const before = bench.standIn.stats().arrivals.length;
      const probesBefore = bench.costly();
      const began = bench.nowMs();
      await bench.leapUntil(() => bench.nowMs() > began + 3 * 60 * MINUTE);
      expect(bench.standIn.stats().arrivals.length - before).toBe(bench.costly() - probesBefore);
      bench.standIn.reset();
      expect(await scan.untilEnded()).toMatchObject({ state: 'completed' });
      expect(bench.standIn.stats().requests['GET /users/{id}/overall_quotas']).toBe(1);
    });
  });

  it('requests that overlap open the breaker once, and one alone probes', async () => {
    const settings = bench.nest.get(VirusTotalSettingsService);
    const feeder = bench.nest.get(DatabaseFeeder);
    jest.spyOn(bench.nest.get(Random), 'next').mockReturnValue(0);
    const scan = await bench.begin();
    await scan.untilEnded();
    const hanging: Fault = { ...GONE, kind: 'hang-headers' };
    // A request that took its whole minute: overlapping is worth it.
    bench.standIn.fault({ ...hanging, count: 1 });
    const first = await bench.rescan(scan.struck);
    await bench.until(() => bench.standIn.stats().faultsPending === 0);
    await settings.update({ requestsPerMinute: 3000 });
    const named = [first];
    for (let i = 0; i < BURST; i += 1) named.push(await bench.rescan(await aPlatform(bench)));

    bench.standIn.fault({ ...hanging, count: BURST }, GONE);
    const before = bench.costly();
    // As the server does it: no step waits for the request of the one before.
    await bench.steps(2 * BURST);
    await bench.untilOnTheirWay(BURST);
    await bench.clock.advance(MINUTE);
    await feeder.settled();
    expect(bench.costly()).toBe(before + BURST);

    // All of it was one opening: the pauses are 45 s, and then twice as long each time.
    let atMs = bench.nowMs();
    for (let probes = 1; probes <= 4; probes += 1) {
      await bench.leapUntil(() => bench.costly() === before + BURST + probes);
      const pauseMs = bench.nowMs() - atMs;
      expect(pauseMs).toBeGreaterThanOrEqual(45 * SECOND * 2 ** (probes - 1) - SECOND);
      expect(pauseMs).toBeLessThan(45 * SECOND * 2 ** (probes - 1) + 12 * SECOND);
      atMs = bench.nowMs();
      await bench.steps(20);
      await feeder.settled();
      expect(bench.costly()).toBe(before + BURST + probes);
    }
    bench.standIn.reset();
    for (const id of named) await hasEnded(id);
    for (const id of named)
      expect(await scanRow(bench.nest, id)).toMatchObject({ state: 'completed' });
    await settings.update({ requestsPerMinute: 60 });
  });
});

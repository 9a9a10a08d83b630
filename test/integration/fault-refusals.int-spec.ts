import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { describeOnEachDatabase } from '../support/databases.js';
import {
  FaultBench,
  type FaultyScan,
  NOTHING,
  type Stage,
  STAGES,
} from '../support/fault-bench.js';
import type { Fault } from '../support/virustotal-stand-in/faults.js';

const PLENTY = { perMinute: 100_000, perDay: 100_000, perMonth: 1_000_000 };
const QUOTAS = 'GET /users/{id}/overall_quotas';
const MINUTE = 60_000;
const SPENT: Fault = { kind: 'status', status: 429, code: 'QuotaExceededError' };

/** A key of its own for each test: one that was rejected stays so. */
let keys = 0;
function nextKey(): string {
  keys += 1;
  return keys.toString(16).padStart(64, 'f');
}

describeOnEachDatabase('a refusal of VirusTotal', (database) => {
  let bench: FaultBench;
  let apiKey: string;
  let settings: VirusTotalSettingsService;

  beforeAll(async () => {
    bench = await FaultBench.start(database());
    settings = bench.nest.get(VirusTotalSettingsService);
  });
  beforeEach(async () => {
    // What was read of the quotas for one test is too old for the next.
    await bench.clock.skip(2 * MINUTE);
    bench.reset();
    apiKey = nextKey();
    await giveKey(apiKey);
  });
  afterAll(async () => {
    await bench.stop();
  });

  const giveKey = async (key: string) => {
    bench.standIn.configure({ apiKeys: [{ key, ...PLENTY }] });
    await settings.update({ apiKey: key });
  };
  /** Up to the request that will be struck. */
  const upTo = async (stage: Stage, scan: FaultyScan) => {
    // The quotas, which are asked for first, are known.
    await bench.until(() => bench.standIn.stats().requests[QUOTAS] === 1);
    if (stage === 'submit') return;
    await scan.untilTask(scan.struck, 'submitted');
    await scan.untilTask(scan.other, 'submitted');
  };
  /** A waiting scan asks for nothing that costs. @returns how it waits when the time has passed */
  const restsUntil = async (atMs: number) => {
    const requests = bench.costly();
    await bench.clock.skip(atMs - bench.nowMs() - 20_000);
    await bench.until(() => bench.nowMs() >= atMs - 1000);
    expect(bench.costly()).toBe(requests);
  };
  const endsWell = async (scan: FaultyScan, requestsUsed: number) => {
    const ended = await scan.untilEnded();
    expect(ended).toMatchObject({ state: 'completed', reason: null, waitingUntil: null });
    expect(ended.requestsUsed).toBe(requestsUsed);
    for (const platform of [scan.struck, scan.other]) {
      expect(await scan.task(platform)).toMatchObject({ submissions: 1, faults: 0 });
      expect(await bench.knownOf(platform)).toMatchObject({ state: 'clean', alerts: [] });
    }
    expect(bench.complaints.filter((said) => !said.includes('rejects the API key'))).toEqual([]);
  };

  it('of one URL, 400, fails its task with the reason, and no other', async () => {
    const scan = await bench.begin();
    const refuse = 'Unable to canonicalize url';
    bench.standIn.script(scan.struck.urlKey, { refuse });
    expect(await scan.untilEnded()).toMatchObject({
      state: 'completed_with_errors',
      requestsUsed: 3,
    });
    expect(await scan.task(scan.struck)).toMatchObject({
      state: 'failed',
      errorCode: 'invalid_url',
      errorDetail: `HTTP 400, InvalidArgumentError: ${refuse}`,
    });
    expect(await bench.knownOf(scan.struck)).toEqual(NOTHING);
    expect(await bench.knownOf(scan.other)).toMatchObject({ state: 'clean' });
  });

  it.each(
    (['inactive', 'forbidden', 'unknown'] as const).flatMap((key) =>
      STAGES.map((stage) => ({ stage, key })),
    ),
  )('$stage: of the key, now $key, is waited for until another one is saved', async (row) => {
    const { stage, key } = row;
    const scan = await bench.begin();
    await upTo(stage, scan);
    bench.standIn.configure({
      apiKeys: [key === 'unknown' ? { key: nextKey() } : { key: apiKey, ...PLENTY, state: key }],
    });
    expect(await scan.untilWaiting()).toMatchObject({ reason: 'key_rejected', waitingUntil: null });
    const status = key === 'forbidden' ? 403 : 401;
    expect(await settings.current()).toMatchObject({
      keyState: 'rejected',
      lastError: expect.stringContaining(`HTTP ${status}`),
    });
    expect(bench.standIn.stats().unauthorised).toBe(1);
    expect(bench.complaints).toEqual([expect.stringContaining('rejects the API key')]);

    // However long it takes, nothing is asked with that key.
    await restsUntil(bench.nowMs() + 26 * 60 * MINUTE);
    expect(bench.standIn.stats().unauthorised).toBe(1);
    expect(await scan.row()).toMatchObject({ state: 'waiting', reason: 'key_rejected' });
    expect(await scan.task(scan.struck)).toMatchObject({ faults: 0, errorCode: null });
    expect(await bench.knownOf(scan.struck)).toEqual(NOTHING);

    await giveKey(nextKey());
    await endsWell(scan, 5);
  });

  const inSeconds = (form: string | null): Record<string, string> => {
    if (form === null) return {};
    if (form === 'seconds') return { 'retry-after': '300' };
    return { 'retry-after': new Date(bench.nowMs() + 300_000).toUTCString() };
  };
  it.each([null, 'seconds', 'a date'].flatMap((form) => STAGES.map((stage) => ({ stage, form }))))(
    '$stage: 429 that no quota explains is waited for, Retry-After in $form',
    async (row) => {
      const { stage, form } = row;
      const scan = await bench.begin();
      await upTo(stage, scan);
      bench.strike(stage, scan.struck, { ...SPENT, headers: inSeconds(form) });
      const waiting = await scan.untilWaiting();
      expect(waiting.reason).toBe('minute_quota_spent');
      const waitMs = waiting.waitingUntil!.getTime() - bench.nowMs();
      const askedMs = form === null ? MINUTE : 300_000;
      expect(waitMs).toBeLessThanOrEqual(askedMs);
      expect(waitMs).toBeGreaterThan(askedMs - 40_000);
      expect(await scan.task(scan.struck)).toMatchObject({ faults: 0, errorCode: null });
      expect(await bench.knownOf(scan.struck)).toEqual(NOTHING);
      await restsUntil(waiting.waitingUntil!.getTime());
      await endsWell(scan, 5);
      expect(bench.standIn.stats().requests[QUOTAS]).toBe(2);
    },
  );

  it.each(STAGES)('%s: too many requests make it look at the quotas', async (stage) => {
    const scan = await bench.begin();
    const looks = () => bench.standIn.stats().requests['GET /users/{id}/overall_quotas'] ?? 0;
    await scan.untilTask(scan.struck, 'submitted');
    const before = looks();
    bench.strike(stage, stage === 'submit' ? scan.other : scan.struck, {
      kind: 'status',
      status: 429,
      code: 'TooManyRequestsError',
    });
    expect(await scan.untilEnded()).toMatchObject({ state: 'completed' });
    expect(looks()).toBe(before + 1);
  });

  it.each(STAGES)('%s: HTML at 429 is a spent quota, too', async (stage) => {
    const scan = await bench.begin();
    await upTo(stage, scan);
    bench.strike(stage, scan.struck, { kind: 'html-429', count: 2 });
    const first = await scan.untilWaiting();
    expect(first.reason).toBe('minute_quota_spent');
    await restsUntil(first.waitingUntil!.getTime());
    await bench.until(() => bench.standIn.stats().faultsPending === 0);
    // A minute, then doubling.
    const second = await scan.untilWaiting();
    const pauseMs = second.waitingUntil!.getTime() - first.waitingUntil!.getTime();
    expect(pauseMs).toBeGreaterThanOrEqual(2 * MINUTE);
    expect(pauseMs).toBeLessThan(2.1 * MINUTE);
    await endsWell(scan, 6);
  });

  it('over the minute, which another tool shares, is waited for', async () => {
    const scan = await bench.begin();
    await upTo('submit', scan);
    bench.standIn.setLimits({ perMinute: 1 });
    expect(await scan.untilWaiting()).toMatchObject({ reason: 'minute_quota_spent' });
    bench.standIn.setLimits(PLENTY);
    expect(await scan.untilEnded()).toMatchObject({ state: 'completed', requestsUsed: 5 });
    expect(bench.standIn.stats().refusalsByQuota.minute).toBe(1);
  });

  it.each([
    ...STAGES.map((stage) => ({ stage, quota: 'day' as const })),
    ...STAGES.map((stage) => ({ stage, quota: 'month' as const })),
  ])('$stage: over the $quota, which another tool spent, waits for the next', async (row) => {
    const { stage, quota } = row;
    const scan = await bench.begin();
    await upTo(stage, scan);
    const limits = quota === 'day' ? { perDay: 100 } : { perMonth: 100 };
    bench.standIn.setLimits(limits);
    bench.standIn.spend(100);
    const isTold = async () => (await scan.row()).reason === `${quota}_quota_spent`;
    await bench.until(isTold);

    const now = bench.clock.now();
    const until =
      quota === 'day'
        ? Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1)
        : Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
    const waiting = await scan.row();
    expect(waiting).toMatchObject({ state: 'waiting', waitingUntil: new Date(until) });
    expect(waiting.requestsUsed).toBe(stage === 'submit' ? 1 : 3);
    expect(bench.standIn.stats().refusals).toBe(1);
    expect(await bench.knownOf(scan.struck)).toEqual(NOTHING);
    expect(await scan.task(scan.struck)).toMatchObject({ faults: 0, errorCode: null });

    await restsUntil(until);
    expect(await scan.row()).toMatchObject({ state: 'waiting', reason: `${quota}_quota_spent` });
    await endsWell(scan, 5);
    expect((await scan.task(scan.struck)).completedAt!.getTime()).toBeGreaterThanOrEqual(until);
    expect(bench.standIn.stats().refusals).toBe(1);
  });
});

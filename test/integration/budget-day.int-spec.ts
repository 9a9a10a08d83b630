import { randomBytes } from 'node:crypto';
import { VirusTotalSettings } from '../../src/virustotal/virustotal-settings.entity.js';
import type { Purpose } from '../../src/virustotal/budget.rules.js';
import type { Quotas } from '../../src/virustotal/answers.js';
import { BudgetProcess } from '../support/budget-process.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { FakeClock } from '../support/fake-clock.js';
import { type OpenDatabase, withMigratedDatabase } from '../support/open-database.js';

const aKey = () => randomBytes(32).toString('hex');
/** What VirusTotal tells of the key in force. */
const told = async ({ usage, settings }: BudgetProcess, quotas: Quotas) => {
  await usage.recordQuotas(quotas, (await settings.apiKey())!);
};

describeOnEachDatabase('The day and the month', (database) => {
  let open: OpenDatabase;
  withMigratedDatabase(database, (opened) => {
    open = opened;
  });

  /** A process that finds nothing spent, and is not bound by the minute. */
  const processAt = async (start: string, changes = {}) => {
    const clock = new FakeClock(start);
    const process = new BudgetProcess(open.dataSource, clock);
    await process.begin({ requestsPerMinute: 600, reservePercent: 0, ...changes });
    const spend = async (times: number, purpose: Purpose = 'routine') => {
      for (let i = 0; i < times; i += 1) {
        await process.spend(purpose);
        await clock.advance(100);
      }
    };
    return { clock, process, spend };
  };

  it('end at 00:00 UTC', async () => {
    const { clock, process, spend } = await processAt('2026-11-24T23:50:00Z', {
      requestsPerDay: 3,
    });
    await spend(3);
    const until = new Date('2026-11-25T00:00:00Z');
    expect(await process.budget.take('routine')).toEqual({ place: null, shortage: 'day', until });
    expect((await process.usage.state()).day).toMatchObject({
      used: 3,
      leftForScans: 0,
      resetsAt: until,
    });

    await clock.advance(10 * 60_000);
    await spend(3);
    expect(await process.budget.take('routine')).toMatchObject({ shortage: 'day' });
    expect(await process.usedIn('2026-11-24')).toBe(3);
    expect(await process.usedIn('2026-11-25')).toBe(3);
    expect(await process.usedIn('2026-11')).toBe(6);
  });

  it('end on the 1st, and a spent month outlasts a fresh day', async () => {
    const { clock, process, spend } = await processAt('2026-12-30T23:59:00Z', {
      requestsPerMonth: 2,
    });
    await spend(2);
    await clock.advance(60_000);
    const until = new Date('2027-01-01T00:00:00Z');
    expect(await process.budget.take('routine')).toEqual({ place: null, shortage: 'month', until });
    await clock.advance(24 * 3_600_000);
    await spend(2);
  });

  it('both count a request that was answered after midnight, and both months', async () => {
    const { clock, process } = await processAt('2026-11-30T23:59:59Z');
    const place = await process.place();
    await clock.advance(1000);
    await process.answered(place);
    for (const period of ['2026-11-30', '2026-11', '2026-12-01', '2026-12']) {
      expect([period, await process.usedIn(period)]).toEqual([period, 1]);
    }
  });

  it('count what was on its way at midnight until it is known', async () => {
    const { clock, process } = await processAt('2026-11-24T23:59:59Z', { requestsPerDay: 1 });
    const place = await process.place();
    await clock.advance(1000);
    expect(await process.budget.take('routine')).toMatchObject({ shortage: 'day' });
    await process.answered(place);
    expect(await process.budget.take('routine')).toMatchObject({ shortage: 'day' });
    expect(await process.usedIn('2026-11-25')).toBe(1);
  });

  it('count what was on its way at midnight when its process was killed', async () => {
    const { clock, process } = await processAt('2026-11-30T23:59:59Z', { requestsPerDay: 2 });
    await process.place();
    const next = new BudgetProcess(open.dataSource, clock);
    await clock.advance(1000);
    await next.spend();
    await clock.advance(3 * 60_000);
    expect(await next.budget.take('routine')).toMatchObject({ shortage: 'day' });
    expect(await next.usedIn('2026-12-01')).toBe(2);
    expect(await next.usedIn('2026-12')).toBe(2);
  });

  it('count a block that was taken before midnight and used after it', async () => {
    const { clock, process } = await processAt('2026-11-24T23:59:59.500Z', {
      requestsPerMinute: 1200,
      requestsPerDay: 1000,
    });
    await process.spend();
    await clock.advance(600);
    await process.spend();
    expect(await process.usedIn('2026-11-24')).toBe(20);
    expect(await process.usedIn('2026-11-25')).toBe(1);
  });

  it('leave the reserve for named re-scans', async () => {
    const { process, spend } = await processAt('2026-11-24T09:00:00Z', {
      requestsPerDay: 10,
      reservePercent: 25,
    });
    await spend(8);
    expect(await process.budget.take('routine')).toMatchObject({ shortage: 'day' });
    expect((await process.usage.state()).day).toMatchObject({ limit: 10, leftForScans: 0 });
    await spend(2, 'urgent');
    expect(await process.budget.take('urgent')).toMatchObject({ shortage: 'day' });
  });

  it('hold what other tools spent, and what VirusTotal allows where that is less', async () => {
    const { process, spend } = await processAt('2026-11-24T09:00:00Z', { requestsPerDay: 10 });
    await spend(2);
    await told(process, { daily: { allowed: 8, used: 5 }, monthly: null });
    expect((await process.usage.state()).day).toMatchObject({
      used: 2,
      usedByOthers: 3,
      limit: 8,
      leftForScans: 3,
    });
    await spend(3);
    expect(await process.budget.take('routine')).toMatchObject({ shortage: 'day' });

    // VirusTotal lags behind: what it does not know of yet was spent all the same.
    await told(process, { daily: { allowed: 100, used: 4 }, monthly: null });
    expect((await process.usage.state()).day).toMatchObject({ usedByOthers: 0, leftForScans: 5 });
  });

  it('take over quotas of any size', async () => {
    const { process, spend } = await processAt('2026-11-24T09:00:00Z');
    const huge = { allowed: 10 ** 12, used: 10 ** 10 };
    await told(process, { daily: null, monthly: huge });
    expect((await process.usage.state()).month).toMatchObject({ limit: 15_500, leftForScans: 0 });
    await told(process, { daily: null, monthly: { ...huge, used: 0 } });
    await spend(1);
  });

  it('do not count account calls, which are made when they are spent, too', async () => {
    const { process, spend } = await processAt('2026-11-24T09:00:00Z', { requestsPerDay: 1 });
    await spend(1);
    await spend(2, 'account');
    expect(await process.usedIn('2026-11-24')).toBe(1);
    expect(await process.usedIn('2026-11')).toBe(1);
    expect(await process.places()).toHaveLength(3);
  });

  it('begin anew with another key, the minute does not', async () => {
    const { process, spend } = await processAt('2026-11-24T09:00:00Z', {
      requestsPerDay: 2,
      apiKey: aKey(),
    });
    await spend(2);
    await told(process, { daily: { allowed: 2, used: 2 }, monthly: null });
    const before = (await process.settings.apiKey())!;
    await process.settings.update({ apiKey: aKey() });
    // Told late, of the key before.
    await process.usage.recordQuotas({ daily: { allowed: 2, used: 2 }, monthly: null }, before);
    const { day, month } = await process.usage.state();
    expect(day).toMatchObject({ used: 0, leftForScans: 2 });
    expect(month).toMatchObject({ used: 0 });
    expect(await process.places()).toHaveLength(2);
    await spend(2);
  });

  it('are as spent as they were when a key comes back, in whatever case it is typed', async () => {
    const key = aKey();
    const { process, spend } = await processAt('2026-11-24T09:00:00Z', {
      apiKey: key,
      requestsPerDay: 2,
    });
    await spend(2);

    for (const between of [null, aKey()]) {
      await process.settings.update({ apiKey: between });
      await process.settings.update({ apiKey: key.toUpperCase() });
      expect(await process.budget.take('routine')).toMatchObject({ shortage: 'day' });
      expect((await process.usage.state()).month).toMatchObject({ used: 2 });
    }
  });

  it('know the key that spent what was counted before they were kept by key', async () => {
    const key = aKey();
    const { process, spend } = await processAt('2026-11-24T09:00:00Z', {
      apiKey: key,
      requestsPerDay: 2,
    });
    await process.unitOfWork.run(() =>
      process.unitOfWork.repository(VirusTotalSettings).update({ id: 1 }, { keyId: null }),
    );
    await spend(2);
    expect(await process.budget.take('routine')).toMatchObject({ shortage: 'day' });

    await process.settings.update({ apiKey: null });
    expect((await process.usage.state()).day).toMatchObject({ used: 0 });
    await process.settings.update({ apiKey: key });
    expect(await process.budget.take('routine')).toMatchObject({ shortage: 'day' });
  });
});

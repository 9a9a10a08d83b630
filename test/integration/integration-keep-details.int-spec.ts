import { SchedulerRegistry } from '@nestjs/schedule';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { DetailsThinningScheduler } from '../../src/scan/details-thinning.scheduler.js';
import { DetailsThinning } from '../../src/scan/details-thinning.service.js';
import { ScanTask } from '../../src/scan/scan-task.entity.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { type ApiClient, type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';
import { unchangedScans } from '../support/long-past.js';
import { activate, startWithIdleEngine } from '../support/scan-drive.js';

const FORM = '/config/integrations/virustotal';
const JSON_PATH = '/integrations/virustotal';
const HOUR_MS = 60 * 60_000;
const MESSAGE = 'takes a whole number of days from 30 to 3,650, or nothing to keep everything';

describeOnEachDatabase('for how long details are kept', (database) => {
  let clock: FakeClock;
  let app: TestApp;
  let api: ApiClient;
  let admin: Browser;

  beforeAll(async () => {
    clock = new FakeClock();
    app = await startWithIdleEngine(database(), { clock });
    await activate(app, false);
    api = await app.api('admin');
    admin = await app.browser('admin');
  });
  afterAll(async () => {
    await app.stop();
  });

  const kept = async () => (await api.get(JSON_PATH).expect(200)).body.data.keepDetailsDays;
  const post = (keepDetailsDays: string) =>
    admin.submit(FORM, {
      scanFrequencyDays: '1',
      requestsPerMinute: '4',
      requestsPerDay: '500',
      requestsPerMonth: '15500',
      reservePercent: '10',
      alertThreshold: '1',
      keepDetailsDays,
    });

  it('is for good, unless an admin says otherwise', async () => {
    expect(await kept()).toBeNull();
    const { page } = await admin.open(FORM);
    expect(page('input[name=keepDetailsDays]').attr()).toMatchObject({
      value: '',
      min: '30',
      max: '3650',
    });
    expect(page('#help-keepDetailsDays').text()).toMatch(/Where nothing changed.*What stays/);
  });

  it.each([30, 365, 3650])('is %d days over JSON and in the form', async (days) => {
    const { body } = await api.put(JSON_PATH, { keepDetailsDays: days }).expect(200);
    expect(body.data.keepDetailsDays).toBe(days);
    await api.put(JSON_PATH, { alertThreshold: 1 }).expect(200);
    expect(await kept()).toBe(days);
    await api.put(JSON_PATH, { keepDetailsDays: null }).expect(200);
    expect(await kept()).toBeNull();

    expect((await post(String(days))).response.status).toBe(303);
    expect(await kept()).toBe(days);
    const { page } = await admin.open(FORM);
    expect(page('input[name=keepDetailsDays]').attr('value')).toBe(String(days));
    expect((await post(' ')).response.status).toBe(303);
    expect(await kept()).toBeNull();
  });

  it.each([29, 3651, 1.5, 0, -30, 'x', '', '90', true, [], {}])(
    'is not %j over JSON',
    async (days) => {
      const { body } = await api.put(JSON_PATH, { keepDetailsDays: days }).expect(422);
      expect(body.errors).toEqual([{ field: 'keepDetailsDays', message: MESSAGE }]);
      expect(await kept()).toBeNull();
    },
  );

  it.each(['29', '3651', '1.5', 'x', '1e3'])('is not “%s” in the form', async (typed) => {
    const { response, page } = await post(typed);
    expect(response.status).toBe(422);
    expect(page('input[name=keepDetailsDays]').attr()).toMatchObject({
      value: typed,
      'aria-invalid': 'true',
    });
    expect(page('#error-keepDetailsDays').text()).toBe(`T${MESSAGE.slice('t'.length)}.`);
    expect(await kept()).toBeNull();
  });

  describe('in the server', () => {
    const scheduler = () => app.nest.get(DetailsThinningScheduler, { strict: false });
    const taskCount = (platformId: number) =>
      app.nest.get(UnitOfWork).repository(ScanTask).countBy({ platformId });
    const keep = (keepDetailsDays: number | null) =>
      app.nest.get(VirusTotalSettingsService).update({ keepDetailsDays });
    const longPast = async () => {
      const platform = await aPlatform(app);
      const lastAt = new Date(clock.now().getTime() - 60 * 24 * HOUR_MS);
      await unchangedScans(app, platform.id, 5, lastAt);
      return platform.id;
    };

    it('is looked at hourly', async () => {
      const platformId = await longPast();
      expect(app.nest.get(SchedulerRegistry).getIntervals()).toContain('details-thinning');
      await clock.advance(HOUR_MS);
      await scheduler().look();
      expect(await taskCount(platformId)).toBe(5);

      await keep(30);
      expect(await taskCount(platformId)).toBe(5);
      const runs = jest.spyOn(app.nest.get(DetailsThinning, { strict: false }), 'run');
      await clock.advance(HOUR_MS);
      expect(runs).toHaveBeenCalledTimes(1);
      await scheduler().look();
      expect(await taskCount(platformId)).toBe(2);
      runs.mockRestore();
      await keep(null);
    });

    it('is looked at by the start, and a stop ends it between two batches', async () => {
      const ids: number[] = [];
      for (let platform = 0; platform < 25; platform += 1) ids.push(await longPast());
      await keep(30);
      await app.stop();

      clock = new FakeClock();
      app = await TestApp.start({ env: database().env, clock });
      expect(app.nest.get(SchedulerRegistry).getIntervals()).toContain('details-thinning');
      // Its clock stands still, so that it cannot get over its first pause.
      await app.stop();
      app = await TestApp.start({ env: database().env, clock });
      const look = { isOver: false };
      const looking = scheduler()
        .look()
        .finally(() => {
          look.isOver = true;
        });
      while (!look.isOver) await clock.advance(1000);
      await looking;
      for (const id of ids) expect(await taskCount(id)).toBe(2);
    });
  });
});

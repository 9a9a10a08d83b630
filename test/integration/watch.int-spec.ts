import { Logger } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { User } from '../../src/access/user.entity.js';
import { UserService } from '../../src/access/user.service.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { AdminMailer } from '../../src/notification/admin-mail/admin-mailer.service.js';
import { AdminMail } from '../../src/notification/admin-mail/admin-mail.entity.js';
import { Channel } from '../../src/notification/channel.entity.js';
import type { EventType } from '../../src/notification/message.js';
import { OutboxEntry } from '../../src/notification/outbox/outbox-entry.entity.js';
import { StoredEvent } from '../../src/notification/outbox/notification-event.entity.js';
import { ScanEnd } from '../../src/scan/scan-end.service.js';
import type { WaitReason } from '../../src/scan/scan.entity.js';
import { ScanService } from '../../src/scan/scan.service.js';
import type { ScanTask } from '../../src/scan/scan-task.entity.js';
import { ScanStateService } from '../../src/scan/scan-state.service.js';
import { TaskProgress } from '../../src/scan/task-progress.service.js';
import { WatchRuntime } from '../../src/status/watch/watch-runtime.js';
import { StandingTrouble } from '../../src/status/watch/standing-trouble.entity.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { TEST_PASSWORD, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';
import { type MailServer, startMailServer } from '../support/mail-server.js';
import { aChannel, RecordingKind } from '../support/recording-kind.js';
import {
  activate,
  completeTask,
  startWithIdleEngine,
  submitTask,
  tasksOf,
  verdictsOf,
} from '../support/scan-drive.js';
import { startWebServer, type WebServer } from '../support/web-server.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SECRET = 'a-secret-that-is-long-enough';
const asked = { trigger: 'api', requestedBy: null } as const;

jest.setTimeout(60_000);

describeOnEachDatabase('the watch', (database) => {
  let clock: FakeClock;
  let app: TestApp;
  let second: TestApp | null = null;
  let mails: MailServer;
  let web: WebServer;
  let isMailRefused = false;
  let answer: (response: ServerResponse) => void;

  const env = () => ({
    ...database().env,
    SMTP_URL: `smtp://127.0.0.1:${mails.port}`,
    MAIL_FROM: 'oju@example.org',
    OJU_HEARTBEAT_URL: `${web.origin}/ping/${SECRET}`,
  });

  beforeAll(async () => {
    clock = new FakeClock();
    mails = await startMailServer({
      onMailFrom: (_address, _session, done) => {
        done(isMailRefused ? new Error('Not now') : null);
      },
    });
    web = await startWebServer((_request, response) => {
      answer(response);
    });
    app = await startWithIdleEngine(database(), { clock, env: env() });
    RecordingKind.install(app);
    await aPlatform(app);
  });
  beforeEach(async () => {
    answer = (response) => response.writeHead(204).end();
    isMailRefused = false;
    await activate(app);
    await settings().recordKeyState('accepted', null);
    await minutes(2);
    await erase();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await second?.stop();
    second = null;
    for (const { id } of await scans().open()) await app.nest.get(ScanEnd).cancel(id);
    for (const { id } of await scans().open()) await failAll(id);
  });
  afterAll(async () => {
    await app.stop();
    await mails.close();
    await web.close();
  });

  const rows = <T extends object>(entity: new () => T) =>
    app.nest.get(UnitOfWork).repository(entity);
  const settings = () => app.nest.get(VirusTotalSettingsService);
  const scans = () => app.nest.get(ScanService);
  const erase = async () => {
    await app.nest.get(UnitOfWork).run(async () => {
      for (const entity of [Channel, StoredEvent, StandingTrouble, AdminMail]) {
        await rows<object>(entity).createQueryBuilder().delete().execute();
      }
    });
    mails.mails.length = 0;
    web.asked.length = 0;
  };
  const fail = (task: ScanTask) =>
    app.nest.get(TaskProgress).failed(task, {
      errorCode: 'virustotal_unavailable',
      errorDetail: 'HTTP 500',
    });
  const failAll = async (scanId: number) => {
    for (const task of await tasksOf(app, String(scanId))) await fail(task);
  };
  const told = async (type: EventType) =>
    (await rows(StoredEvent).find({ where: { type }, order: { id: 'ASC' } })).map(
      ({ data }) => JSON.parse(data) as Record<string, unknown>,
    );
  const restart = async () => {
    await app.stop();
    app = await TestApp.start({ env: env(), clock });
    RecordingKind.install(app);
  };
  /** Every instance has looked, and is done with it. */
  const looked = () =>
    eventually(
      async () => {
        // Who waits for the database waits on this clock.
        await clock.skip(1);
        return [app, second].some((one) => one?.nest.get(WatchRuntime).isLooking);
      },
      (isLooking) => !isLooking,
    );
  const minutes = async (count: number) => {
    for (let minute = 0; minute < count; minute += 1) {
      await clock.skip(MINUTE_MS);
      await looked();
    }
  };
  /** The scan over all that is under way: the schedule may have begun it. */
  const begin = async () =>
    (await scans().open()).find(({ isOverAll }) => isOverAll)?.id ??
    (await scans().startOverAll(asked)).id;
  const scanWaits = (reason: WaitReason, forMs: number | null) =>
    app.nest.get(ScanStateService, { strict: false }).waiting({
      reason,
      until: forMs === null ? null : new Date(clock.now().getTime() + forMs),
    });
  const anAdmin = async (email: string, isActive = true) => {
    const users = app.nest.get(UserService);
    const { id } = await users.create({ email, password: TEST_PASSWORD, role: 'admin' });
    await app.nest.get(UnitOfWork).run(() => rows(User).update({ id }, { isActive }));
  };

  it('tells nothing while nothing is wrong', async () => {
    await aChannel(app);
    const id = await begin();
    await minutes(5);
    const [task] = await tasksOf(app, String(id));
    await submitTask(app, task!);
    await minutes(5);
    expect(await rows(StoredEvent).count()).toBe(0);
    expect(mails.mails).toEqual([]);
  });

  it('tells once that a scan makes no progress: every channel, whatever its rules, and every admin', async () => {
    await anAdmin('ada@example.org');
    await anAdmin('bob@example.org');
    await anAdmin('gone@example.org', false);
    const strict = { minSeverity: 'critical', tags: ['web'], owners: ['x@example.org'] } as const;
    const channels = [
      await aChannel(app, { ...strict, tags: ['web'], owners: ['x@example.org'] }),
      await aChannel(app, { eventTypes: ['alert.opened'], quietFrom: '00:00', quietTo: '23:59' }),
      await aChannel(app, { mode: 'digest' }),
      await aChannel(app, { kind: 'email', config: { to: ['Bob@example.org'] } }),
    ];
    await aChannel(app, { isActive: false });
    second = await TestApp.start({ env: env(), clock });
    RecordingKind.install(second);
    const id = await begin();
    isMailRefused = true;

    await clock.skip(HOUR_MS - MINUTE_MS);
    await looked();
    await minutes(1);
    expect(await told('scan.overdue')).toEqual([]);
    await minutes(3);
    expect(await told('scan.overdue')).toEqual([
      expect.objectContaining({ id: String(id), state: 'queued', nextScanAt: expect.any(String) }),
    ]);
    const entries = await rows(OutboxEntry).find({ order: { channelId: 'ASC' } });
    expect(entries.map(({ channelId }) => channelId)).toEqual(channels.map((one) => one.id));
    expect(entries.every(({ isUrgent, isSingle }) => isUrgent && isSingle)).toBe(true);
    const waiting = await rows(AdminMail).find();
    expect(waiting.map(({ recipient }) => recipient)).toEqual(['ada@example.org']);

    await restart();
    isMailRefused = false;
    await app.nest
      .get(UnitOfWork)
      .run(() =>
        rows(AdminMail).update({ recipient: 'ada@example.org' }, { nextTryAt: clock.now() }),
      );
    let sent = 0;
    for (const one of [app, second]) {
      const sending = one.nest.get(AdminMailer).sendDue(new AbortController().signal);
      void sending.then(() => (sent += 1));
    }
    // Who waits for the database waits on this clock.
    await eventually(
      () => clock.skip(5).then(() => sent),
      (count) => count === 2,
    );
    await minutes(1);
    expect(await rows(AdminMail).count()).toBe(0);
    const toAda = mails.mails.filter(({ to }) => to.includes('ada@example.org'));
    expect(toAda).toHaveLength(1);
    expect(toAda[0]?.parsed).toMatchObject({
      subject: 'Scanning is overdue',
      messageId: `<${waiting[0]!.messageId}@127.0.0.1>`,
    });
    await minutes(2);
    expect(await told('scan.overdue')).toHaveLength(1);
    expect(mails.mails.filter(({ to }) => to.includes('ada@example.org'))).toHaveLength(1);

    const [task] = await tasksOf(app, String(id));
    await submitTask(app, task!);
    await minutes(2);
    expect(await told('scan.overdue')).toHaveLength(1);
    await clock.skip(HOUR_MS);
    await looked();
    await minutes(2);
    expect(await told('scan.overdue')).toHaveLength(2);
  });

  it('tells that no scan begins; not of a machine that slept, nor of a scan that says why it waits', async () => {
    await aChannel(app);
    jest.spyOn(app.nest.get(ScanService), 'startIfDue').mockResolvedValue(null);
    await clock.skip(3 * 24 * HOUR_MS);
    await looked();
    expect(await told('scan.overdue')).toEqual([]);
    await activate(app, false);
    await minutes(2);
    expect(await told('scan.overdue')).toEqual([]);
    await activate(app);
    await app.nest.get(ScanService).reschedule();
    await minutes(1);
    const id = await begin();
    await scanWaits('virustotal_unavailable', 5 * HOUR_MS);
    await clock.skip(4 * HOUR_MS);
    await looked();
    await minutes(2);
    expect(await told('scan.overdue')).toEqual([]);

    await app.nest.get(ScanEnd).cancel(id);
    await clock.skip(3 * 24 * HOUR_MS);
    await looked();
    await minutes(2);
    expect(await told('scan.overdue')).toEqual([
      expect.objectContaining({ id: String(id), state: 'cancelled' }),
    ]);
  });

  it('tells once that the key is rejected, until a key works', async () => {
    await aChannel(app, { minSeverity: 'critical', tags: ['web'] });
    const rejected = () => told('integration.key_rejected');
    await activate(app, false);
    await settings().recordKeyState('rejected', 'HTTP 401');
    await minutes(1);
    expect(await rejected()).toEqual([]);
    await activate(app);
    await minutes(1);
    await restart();
    await minutes(2);
    expect(await rejected()).toEqual([
      expect.objectContaining({ key: 'virustotal', keyState: 'rejected', lastError: 'HTTP 401' }),
    ]);

    await settings().update({ apiKey: 'b'.repeat(64) });
    await minutes(1);
    await settings().recordKeyState('rejected', 'HTTP 403');
    await minutes(2);
    expect(await rejected()).toHaveLength(1);

    // One that may not ask for its quotas is never called accepted, and scans all the same.
    await settings().recordKeyState('unverified', null);
    const [task] = await tasksOf(app, String(await begin()));
    await submitTask(app, task!);
    await minutes(1);
    await settings().recordKeyState('rejected', 'HTTP 401');
    await minutes(2);
    expect(await rejected()).toHaveLength(2);

    await settings().recordKeyState('accepted', null);
    await minutes(1);
    await settings().recordKeyState('rejected', 'HTTP 401');
    await minutes(2);
    expect(await rejected()).toHaveLength(3);
  });

  it('tells of a trouble as soon as there is somebody to tell', async () => {
    await settings().recordKeyState('rejected', 'HTTP 401');
    await app.nest.get(UnitOfWork).run(async () => {
      await rows(User).update({ isActive: true }, { isActive: false });
    });
    await minutes(2);
    expect(await rows(StandingTrouble).count()).toBe(0);
    await aChannel(app);
    await minutes(1);
    expect(await told('integration.key_rejected')).toHaveLength(1);
  });

  it('tells of a spent quota once a day and once a month, and of limits that cannot carry the platforms', async () => {
    await aChannel(app);
    const short = async () => (await told('budget.short')).map(({ shortage }) => shortage);
    const toMidnight = () => 24 * HOUR_MS - (clock.now().getTime() % (24 * HOUR_MS));
    await begin();
    await minutes(1);
    expect(await short()).toEqual([]);

    await scanWaits('day_quota_spent', toMidnight());
    await minutes(3);
    const [first] = await told('budget.short');
    expect(first).toMatchObject({
      key: 'virustotal',
      shortage: 'day',
      until: expect.stringContaining('T00:00:00'),
    });
    expect(first?.sentence).toMatch(/^Waits: the day’s quota is spent/);
    await restart();
    await minutes(2);
    expect(await short()).toEqual(['day']);

    // It only waits for its engine now: that is no shortage of the new day.
    await clock.skip(toMidnight());
    await looked();
    await minutes(1);
    expect(await short()).toEqual(['day']);
    await scanWaits('day_quota_spent', toMidnight());
    await minutes(2);
    expect(await short()).toEqual(['day', 'day']);
    await scanWaits('month_quota_spent', 5 * 24 * HOUR_MS);
    await minutes(2);
    await clock.skip(24 * HOUR_MS);
    await looked();
    expect(await short()).toEqual(['day', 'day', 'month']);

    await settings().update({ requestsPerDay: 1 });
    await minutes(2);
    expect(await short()).toEqual(['day', 'day', 'month', 'capacity']);
    await settings().update({ requestsPerDay: 500 });
  });

  it('tells once of a scan in which no platform could be scanned', async () => {
    await aChannel(app);
    const id = await begin();
    await failAll(id);
    await minutes(1);
    expect(await told('scan.failed')).toEqual([
      expect.objectContaining({
        id: String(id),
        state: 'completed_with_errors',
        counts: expect.objectContaining({ completed: 0 }),
      }),
    ]);
    await app.nest.get(ScanEnd).cancel(await begin());
    await aPlatform(app);
    const half = String(await begin());
    const [done, failing] = await tasksOf(app, half);
    await completeTask(app, done!, verdictsOf({}));
    await fail(failing!);
    expect(await scans().get(Number(half))).toMatchObject({ state: 'completed_with_errors' });
    expect(await told('scan.failed')).toHaveLength(1);
  });

  it('fetches the address of the heartbeat every hour while all is well, and again soon after a fault', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const fetched = () => web.asked.splice(0);
    const afterAnHour = async () => {
      await clock.skip(HOUR_MS);
      await looked();
    };
    await activate(app, false);
    await afterAnHour();
    expect(fetched()).toEqual([`GET /ping/${SECRET}`]);
    await clock.skip(HOUR_MS - 1_000);
    await looked();
    expect(fetched()).toEqual([]);
    await minutes(1);
    expect(fetched()).toHaveLength(1);

    for (const status of [500, 302]) {
      answer = (response) => response.writeHead(status, { location: '/elsewhere' }).end();
      await afterAnHour();
      await minutes(2);
      expect(fetched()).toEqual([`GET /ping/${SECRET}`, `GET /ping/${SECRET}`]);
      answer = (response) => response.writeHead(200).end();
      await minutes(2);
      expect(fetched()).toHaveLength(1);
    }
    answer = (response) => response.destroy();
    await afterAnHour();
    answer = (response) => response.writeHead(200).end('x');
    await minutes(2);
    expect(fetched()).toHaveLength(2);
    const said = warn.mock.calls.map(([line]) => String(line)).join('\n');
    expect(said.match(/The heartbeat failed/g)).toHaveLength(5);
    expect(said).not.toContain(SECRET);

    await activate(app);
    const [task] = await tasksOf(app, String(await begin()));
    await clock.skip(2 * HOUR_MS);
    await looked();
    await minutes(5);
    expect(fetched()).toEqual([]);
    await submitTask(app, task!);
    await minutes(1);
    expect(fetched()).toHaveLength(1);
    await settings().recordKeyState('rejected', 'HTTP 401');
    await afterAnHour();
    expect(fetched()).toEqual([]);
  });
});

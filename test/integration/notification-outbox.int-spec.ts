import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { ChannelConfigs } from '../../src/notification/channel-configs.service.js';
import { Channel } from '../../src/notification/channel.entity.js';
import { ChannelService } from '../../src/notification/channel.service.js';
import { DeliveryError } from '../../src/notification/delivery.error.js';
import type { NotificationEvent } from '../../src/notification/message.js';
import { CLAIM_MS } from '../../src/notification/outbox/delivery-claims.service.js';
import { Delivery } from '../../src/notification/outbox/delivery.entity.js';
import { DeliveryAttempt } from '../../src/notification/outbox/delivery-attempt.entity.js';
import { DeliveryService } from '../../src/notification/outbox/delivery.service.js';
import { StoredEvent } from '../../src/notification/outbox/notification-event.entity.js';
import { Outbox } from '../../src/notification/outbox/outbox.js';
import { OutboxEntry } from '../../src/notification/outbox/outbox-entry.entity.js';
import { OutboxPruning } from '../../src/notification/outbox/outbox-pruning.service.js';
import { readSentence } from '../../src/web/kept-sentence.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { FakeClock } from '../support/fake-clock.js';
import { aChannel, RecordingKind } from '../support/recording-kind.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

jest.setTimeout(60_000);

describeOnEachDatabase('The outbox', (database) => {
  let app: TestApp;
  let clock: FakeClock;
  let kind: RecordingKind;
  let keys = 0;

  beforeAll(async () => {
    clock = new FakeClock();
    app = await TestApp.start({ env: { ...database().env }, clock });
    kind = RecordingKind.install(app);
  });
  afterEach(async () => {
    kind.answer = () => Promise.resolve({ status: 204 });
    await unitOfWork().run(() => rows(Channel).update({ isActive: true }, { isActive: false }));
  });
  afterAll(() => app.stop());

  const unitOfWork = () => app.nest.get(UnitOfWork);
  const rows = <T extends object>(entity: new () => T) => unitOfWork().repository(entity);
  const event = (given: Partial<NotificationEvent> = {}): NotificationEvent => {
    keys += 1;
    const about = { type: 'alert.opened', subject: `alert:${keys}`, severity: 'high' } as const;
    return { key: `event:${keys}`, ...about, data: () => ({ number: keys }), ...given };
  };
  const tell = (given: Partial<NotificationEvent> = {}) =>
    unitOfWork().run(() => app.nest.get(Outbox).tell(event(given)));
  const deliveries = ({ id }: Channel) =>
    rows(Delivery).find({ where: { channelId: id }, order: { id: 'ASC' } });
  const flush = () => unitOfWork().run(() => app.nest.get(Outbox).flush());
  /** The wall clock's time in so many minutes. */
  const timeIn = (minutes: number) =>
    new Date(clock.now().getTime() + minutes * MINUTE_MS).toISOString().slice(11, 16);
  const subjectsTo = (channel: Channel) => kind.to(channel).map(({ data }) => data);
  /** The first delivery of a channel has failed, and that is written. */
  const failedOnce = (channel: Channel) =>
    comes(
      () => deliveries(channel),
      ([one]) => one?.state === 'pending' && one.reason !== null,
    );
  /** Moves time on in steps, so that who sleeps is asleep again before the next. */
  const pass = async (ms: number, stepMs = ms) => {
    for (let left = ms; left > 0; left -= stepMs) {
      await clock.skip(Math.min(left, stepMs));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  /** Lets time pass until it is so. */
  const comes = <T>(look: () => Promise<T> | T, isDone: (seen: T) => boolean, stepMs = 0) =>
    eventually(async () => {
      if (stepMs > 0) await clock.skip(stepMs);
      return look();
    }, isDone);
  const sentTo = (channel: Channel, count: number, stepMs = 0) =>
    comes(
      () => kind.to(channel),
      (messages) => messages.length >= count,
      stepMs,
    );
  const stateOf = (channel: Channel, state: string, stepMs = 0) =>
    comes(
      () => deliveries(channel),
      (all) => all.length > 0 && all.every((one) => one.state === state),
      stepMs,
    );

  it('tells every channel whose rules are met once, after the commit alone', async () => {
    const [all, critical, tagged] = [
      await aChannel(app),
      await aChannel(app, { minSeverity: 'critical' }),
      await aChannel(app, { tags: ['web'] }),
    ];
    const platform = { tags: ['shop'], ownerEmail: null };
    const key = 'once';

    await tell({ key, platform });
    await tell({ key, platform });
    await expect(
      unitOfWork().run(async () => {
        await app.nest.get(Outbox).tell(event({ platform }));
        throw new Error('undone');
      }),
    ).rejects.toThrow('undone');
    await stateOf(all, 'delivered');

    expect(kind.to(all)).toHaveLength(1);
    expect(kind.to(all)[0]).toMatchObject({
      type: 'alert.opened',
      recipient: '',
      severity: 'high',
    });
    expect(await deliveries(critical)).toEqual([]);
    expect(await deliveries(tagged)).toEqual([]);
    expect(await rows(StoredEvent).countBy({ key })).toBe(1);
    expect(await rows(StoredEvent).countBy({ key: `event:${keys}` })).toBe(0);
  });

  it('keeps what happened as it was, and makes nothing ready when nobody is told', async () => {
    const channel = await aChannel(app, { minSeverity: 'critical' });
    const data = jest.fn(() => ({ text: 'é'.repeat(200_000) }));

    await tell({ severity: 'low', data });
    expect(data).not.toHaveBeenCalled();

    await tell({ severity: 'critical', data });
    const [message] = await sentTo(channel, 1);
    expect(message?.data).toEqual({ text: 'é'.repeat(200_000) });
    expect(message?.timestamp).toEqual(clock.now());
  });

  it('tells the owner of a platform apart from the channel itself', async () => {
    const config = { to: ['team@example.org'] };
    const channel = await aChannel(app, {
      kind: 'email',
      mode: 'digest',
      tellsOwner: true,
      config,
    });

    await tell({ platform: { tags: [], ownerEmail: 'owner@example.org' } });
    await tell({ platform: { tags: [], ownerEmail: null } });

    const entries = await rows(OutboxEntry).findBy({ channelId: channel.id });
    const recipients = entries.map(({ recipient }) => recipient);
    expect(recipients.filter((one) => one === 'owner@example.org')).toHaveLength(1);
    expect(new Set(recipients).size).toBe(2);
  });

  it('tries again with the same id for a day, then gives up and says why', async () => {
    const channel = await aChannel(app);
    kind.answer = () => Promise.reject(new DeliveryError('It answered 500.', { status: 500 }));

    await tell();
    const startedAt = clock.now().getTime();
    const [delivery] = await stateOf(channel, 'dead', 20 * MINUTE_MS);

    const tookMs = clock.now().getTime() - startedAt;
    expect(tookMs).toBeGreaterThanOrEqual(24 * HOUR_MS);
    expect(tookMs).toBeLessThan(25.5 * HOUR_MS);
    const attempts = await rows(DeliveryAttempt).findBy({ deliveryId: delivery!.id });
    expect(attempts.length).toBe(delivery!.attempts);
    expect(attempts.length).toBeGreaterThan(15);
    expect(attempts.length).toBeLessThan(60);
    expect(attempts.every(({ outcome }) => outcome === 'failed')).toBe(true);
    expect(attempts[0]).toMatchObject({ status: 500, reason: 'It answered 500.' });
    expect(new Set(kind.to(channel).map(({ id }) => id)).size).toBe(1);
  });

  it('sends again only hours later what may have arrived, and holds up nothing else', async () => {
    const channel = await aChannel(app);
    kind.answer = () => Promise.reject(new DeliveryError('Silence.', { isUncertain: true }));
    await tell();
    const [delivery] = await comes(
      () => deliveries(channel),
      ([one]) => one?.attempts === 1 && one.state === 'pending',
    );
    const attempts = await rows(DeliveryAttempt).findBy({ deliveryId: delivery!.id });
    expect(attempts).toEqual([expect.objectContaining({ outcome: 'unknown', reason: 'Silence.' })]);

    kind.answer = () => Promise.resolve({ status: 204 });
    await tell();
    await sentTo(channel, 2);
    await pass(5.5 * HOUR_MS, 30 * MINUTE_MS);
    expect(kind.to(channel)).toHaveLength(2);
    await stateOf(channel, 'delivered', 10 * MINUTE_MS);
    expect(kind.to(channel).map(({ id }) => id)[2]).toBe(delivery!.messageId);
  });

  it('waits as long as it is asked to', async () => {
    const channel = await aChannel(app);
    kind.answer = () =>
      Promise.reject(new DeliveryError('Slow down.', { status: 429, retryAfterMs: HOUR_MS }));
    await tell();
    await failedOnce(channel);

    kind.answer = () => Promise.resolve({ status: 200 });
    await tell();
    await pass(50 * MINUTE_MS, 10 * MINUTE_MS);
    expect(kind.to(channel)).toHaveLength(1);
    await stateOf(channel, 'delivered', 5 * MINUTE_MS);
    expect(kind.to(channel)).toHaveLength(3);
  });

  it('stops at once for a channel whose receiver is gone, and drops what waits for it', async () => {
    const channel = await aChannel(app);
    kind.answer = () => Promise.reject(new DeliveryError('It is gone.', { status: 410 }));

    await tell();
    await comes(
      () => deliveries(channel),
      ([one]) => one?.state === 'dead',
    );
    expect(await rows(Channel).findOneByOrFail({ id: channel.id })).toMatchObject({
      isActive: false,
      inactiveReason: 'It is gone.',
    });
    await tell();
    expect(await deliveries(channel)).toHaveLength(1);
  });

  it('keeps what waited for a receiver that is gone, to be sent again, and says who stopped it', async () => {
    const channel = await aChannel(app, { mode: 'digest', digestMinutes: 10 });
    kind.answer = () => Promise.reject(new DeliveryError('It is gone.', { status: 410 }));
    await tell({ subject: 'alert:b' });
    await tell({ subject: 'alert:c' });
    await tell({ subject: 'alert:a', severity: 'critical' });
    const [, dropped] = await comes(
      () => deliveries(channel),
      (all) => all.length === 2,
      MINUTE_MS,
    );
    expect(dropped).toMatchObject({ state: 'dropped', type: 'scan.digest' });
    expect(dropped?.reason).toBeTruthy();
    const trail = await rows(AuditEntry).findBy({ subjectId: String(channel.id) });
    expect(trail).toMatchObject([{ action: 'channel.changed', actorKind: 'system' }]);

    kind.answer = () => Promise.resolve({ status: 204 });
    await unitOfWork().run(() => rows(Channel).update({ id: channel.id }, { isActive: true }));
    await app.nest.get(DeliveryService).redeliver(dropped!.id);
    await sentTo(channel, 2);
    expect((kind.to(channel)[1]?.data as { events: unknown[] }).events).toHaveLength(2);
  });

  it('leaves a receiver alone as its row says, until somebody mends it', async () => {
    const channel = await aChannel(app);
    const hourOf = { status: 429, retryAfterMs: HOUR_MS };
    kind.answer = () => Promise.reject(new DeliveryError('Slow down.', hourOf));
    const service = app.nest.get(ChannelService);
    const mends = [
      () => service.update(channel.id, { name: 'Mended' }),
      async () => app.nest.get(DeliveryService).redeliver((await deliveries(channel))[0]!.id),
      () => service.recordTest(channel, { delivered: true, reason: 'It arrived.' }),
    ];
    jest.spyOn(app.nest.get(ChannelConfigs), 'settle').mockReturnValue({
      config: {},
      secret: null,
      made: null,
    });
    await tell();
    for (const [index, mend] of mends.entries()) {
      await comes(
        () => rows(Channel).findOneByOrFail({ id: channel.id }),
        ({ pausedUntil }) => pausedUntil?.getTime() === clock.now().getTime() + HOUR_MS,
      );
      expect(kind.to(channel)).toHaveLength(index + 1);
      await mend();
      await sentTo(channel, index + 2);
    }
    jest.restoreAllMocks();
    // As another instance wrote it.
    await failedOnce(channel);
    kind.answer = () => Promise.resolve({ status: 204 });
    const others = await aChannel(app, {
      pausedUntil: new Date(clock.now().getTime() + HOUR_MS),
    });
    await tell();
    await pass(50 * MINUTE_MS, 10 * MINUTE_MS);
    expect(kind.to(others)).toEqual([]);
    await sentTo(others, 1, 5 * MINUTE_MS);
  });

  it('begins to count anew what is sent again', async () => {
    const channel = await aChannel(app);
    await tell();
    const [sent] = await stateOf(channel, 'delivered');
    await unitOfWork().run(() => rows(Delivery).update({ id: sent!.id }, { attempts: 12 }));
    kind.answer = () => Promise.reject(new DeliveryError('Not now.'));

    await app.nest.get(DeliveryService).redeliver(sent!.id);
    await failedOnce(channel);
    const [again] = await deliveries(channel);
    expect(again!.nextAttemptAt.getTime() - clock.now().getTime()).toBeLessThanOrEqual(10_000);
  });

  it('lets no channel wait for one that cannot be put together', async () => {
    const zone = { quietFrom: '00:00', quietTo: '23:59', quietZone: 'Mars/Olympus' };
    const broken = await aChannel(app, { mode: 'digest', digestMinutes: 0, ...zone });
    const well = await aChannel(app, { mode: 'digest', digestMinutes: 0 });
    await tell();
    await sentTo(well, 1, SECOND_MS);

    await unitOfWork().run(() => rows(Channel).update({ id: broken.id }, { quietZone: 'UTC' }));
    await unitOfWork().run(() => rows(Channel).update({ id: broken.id }, { quietFrom: null }));
    await sentTo(broken, 1, SECOND_MS);
  });

  it('says that a secret cannot be read', async () => {
    const channel = await aChannel(app, { secretCiphertext: 'v1.none.none' });
    await tell();
    const [delivery] = await failedOnce(channel);
    expect(readSentence(delivery?.reason ?? '')).toMatch(/OJU_SECRET/);
  });

  it('sends half a megabyte in one digest, and the rest in others, each read by who asks', async () => {
    const channel = await aChannel(app, { mode: 'digest' });
    const data = () => ({ text: 'é'.repeat(100_000) });
    for (let count = 0; count < 5; count += 1) await tell({ data });
    await flush();
    const messages = await sentTo(channel, 3);
    expect(
      messages.map((message) => (message.data as { events: unknown[] }).events.length),
    ).toEqual([2, 2, 1]);
    const page = await app.nest.get(DeliveryService).list({ channelId: channel.id }, {});
    expect(page.items.map(({ delivery }) => delivery.body)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('drops what waits for a channel that is deleted while it delivers', async () => {
    const channel = await aChannel(app);
    let fail: (error: Error) => void = () => undefined;
    kind.answer = () => new Promise((_resolve, reject) => (fail = reject));
    await tell();
    await tell();
    await sentTo(channel, 1);
    await comes(
      () => deliveries(channel),
      (all) => all.length === 2,
    );

    await unitOfWork().run(() => rows(Channel).update(channel.id, { deletedAt: clock.now() }));
    fail(new DeliveryError('It broke off.'));

    await stateOf(channel, 'dropped', SECOND_MS);
    expect(kind.to(channel)).toHaveLength(1);
    await pass(HOUR_MS, 10 * MINUTE_MS);
    expect(kind.to(channel)).toHaveLength(1);
  });

  it('lets no channel wait for one that hangs', async () => {
    const [hanging, well] = [await aChannel(app), await aChannel(app)];
    kind.answer = (_message, signal) =>
      kind.sent.at(-1)?.channelId === hanging.id
        ? new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              reject(new DeliveryError('It hung.'));
            });
          })
        : Promise.resolve({ status: 204 });

    for (let count = 0; count < 5; count += 1) await tell();
    await sentTo(well, 5);
    expect(kind.to(hanging)).toHaveLength(1);
    await comes(
      () => deliveries(hanging),
      ([one]) => one?.state === 'pending',
      10 * SECOND_MS,
    );
  });

  it('tells of one subject in order, and of the others meanwhile', async () => {
    const channel = await aChannel(app);
    let isBroken = true;
    kind.answer = ({ data }) =>
      isBroken && (data as { number: number }).number === 1
        ? Promise.reject(new DeliveryError('Not now.'))
        : Promise.resolve({ status: 204 });
    const say = (subject: string, number: number) => tell({ subject, data: () => ({ number }) });

    await say('alert:a', 1);
    await sentTo(channel, 1);
    await say('alert:a', 2);
    await say('alert:b', 3);
    await sentTo(channel, 2);
    isBroken = false;
    await stateOf(channel, 'delivered', SECOND_MS);

    expect(subjectsTo(channel)).toEqual([1, 3, 1, 2].map((number) => ({ number })));
  });

  it('sends again what a process that is gone was sending, under the same id', async () => {
    const channel = await aChannel(app);
    kind.answer = () => new Promise(() => undefined);
    await tell();
    const [message] = await sentTo(channel, 1);
    // As if it were another instance's, of which nothing more is heard.
    await unitOfWork().run(() =>
      rows(Delivery).update({ channelId: channel.id }, { claimedBy: 'x' }),
    );
    kind.answer = () => Promise.resolve({ status: 204 });

    await pass(CLAIM_MS - 51 * SECOND_MS, 30 * SECOND_MS);
    expect(kind.to(channel)).toHaveLength(1);
    await stateOf(channel, 'delivered', 20 * SECOND_MS);
    expect(kind.to(channel).map(({ id }) => id)).toEqual([message?.id, message?.id]);
    const [delivery] = await deliveries(channel);
    const attempts = await rows(DeliveryAttempt).findBy({ deliveryId: delivery!.id });
    expect(attempts.map(({ outcome }) => outcome).sort()).toEqual(['delivered', 'failed']);
  });

  it('gathers a digest until its hour is over, or the scan', async () => {
    const channel = await aChannel(app, { mode: 'digest', digestMinutes: 30 });
    await tell({ severity: 'low' });
    await pass(20 * MINUTE_MS, 5 * MINUTE_MS);
    await tell({ severity: 'medium' });
    expect(kind.to(channel)).toEqual([]);
    const [digest] = await sentTo(channel, 1, MINUTE_MS);
    expect(digest).toMatchObject({ type: 'scan.digest', severity: 'medium', isReminder: false });
    const { events } = digest!.data as { events: unknown[] };
    expect(events).toEqual([
      { type: 'alert.opened', timestamp: expect.any(String) as string, data: { number: keys - 1 } },
      { type: 'alert.opened', timestamp: expect.any(String) as string, data: { number: keys } },
    ]);

    await tell();
    await flush();
    await sentTo(channel, 2);
  });

  it('tells what is critical at once, after what waited of the same alert', async () => {
    const channel = await aChannel(app, { mode: 'digest' });
    await tell({ subject: 'alert:z', data: () => ({ step: 1 }) });
    await tell();
    await tell({ subject: 'alert:z', severity: 'critical', data: () => ({ step: 2 }) });

    await sentTo(channel, 2);
    expect(subjectsTo(channel)).toEqual([{ step: 1 }, { step: 2 }]);
    const [, , digest] = await sentTo(channel, 3, 10 * MINUTE_MS);
    expect((digest?.data as { events: unknown[] }).events).toHaveLength(1);
  });

  it('lets what is critical wait for no back-off, nor for a digest that waits for another', async () => {
    const channel = await aChannel(app, { mode: 'digest' });
    kind.answer = () => Promise.reject(new DeliveryError('Not now.'));
    await tell({ subject: 'alert:b' });
    await flush();
    await failedOnce(channel);
    kind.answer = () => Promise.resolve({ status: 204 });
    await tell({ subject: 'alert:b' });
    await tell({ subject: 'alert:a' });
    await flush();
    await comes(
      () => deliveries(channel),
      (all) => all.length === 2,
    );

    await tell({ subject: 'alert:a', severity: 'critical' });
    await sentTo(channel, 4);
    const [, ...types] = kind.to(channel).map(({ type }) => type);
    expect(types).toEqual(['scan.digest', 'scan.digest', 'alert.opened']);
  });

  it('lets what is critical wait for no end of quiet hours behind what was being sent', async () => {
    const quiet = { quietFrom: timeIn(1), quietTo: timeIn(600), quietZone: 'UTC' };
    const channel = await aChannel(app, quiet);
    let fail: (error: Error) => void = () => undefined;
    kind.answer = () => new Promise((_resolve, reject) => (fail = reject));
    await tell({ subject: 'alert:a' });
    await sentTo(channel, 1);
    await clock.skip(MINUTE_MS);
    await tell({ subject: 'alert:a', severity: 'critical' });
    await comes(
      () => deliveries(channel),
      (all) => all.length === 2,
    );
    kind.answer = () => Promise.resolve({ status: 204 });
    fail(new DeliveryError('It broke off.'));
    await sentTo(channel, 3, 5 * SECOND_MS);

    await unitOfWork().run(async () => {
      await tell({ subject: 'alert:b' });
      await tell({ subject: 'alert:b', severity: 'critical' });
    });
    await sentTo(channel, 5);
  });

  it('keeps still in quiet hours, but for what is critical', async () => {
    const quiet = { quietFrom: timeIn(-60), quietTo: timeIn(180), quietZone: 'UTC' };
    const each = await aChannel(app, quiet);
    const digest = await aChannel(app, { ...quiet, mode: 'digest' });
    await tell();
    await tell({ severity: 'critical', data: () => ({ isCritical: true }) });
    // The end of something critical can wait for the morning.
    await tell({ type: 'alert.resolved', severity: 'critical' });
    for (const channel of [each, digest]) await sentTo(channel, 1);

    await pass(2 * HOUR_MS, 10 * MINUTE_MS);
    for (const channel of [each, digest]) {
      expect(subjectsTo(channel)).toEqual([{ isCritical: true }]);
    }
    await sentTo(each, 3, 5 * MINUTE_MS);
    const [, morning] = await sentTo(digest, 2, 5 * MINUTE_MS);
    expect((morning?.data as { events: unknown[] }).events).toHaveLength(2);
  });

  it('forgets after 90 days what was told, and not what still waits', async () => {
    const channel = await aChannel(app);
    await tell();
    await stateOf(channel, 'delivered');
    const prune = () =>
      app.nest.get(OutboxPruning, { strict: false }).run(new AbortController().signal);
    await prune();
    expect(await deliveries(channel)).toHaveLength(1);

    await clock.skip(91 * 24 * HOUR_MS);
    await tell();
    await prune();
    await comes(
      () => deliveries(channel),
      (all) => all.length === 1 && all[0]!.state === 'delivered',
    );
    expect(await rows(OutboxEntry).countBy({ channelId: channel.id })).toBe(1);
    expect(await rows(StoredEvent).countBy({ key: `event:${keys - 1}` })).toBe(0);
  });
});

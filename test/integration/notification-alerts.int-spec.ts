import { AlertOrder } from '../../src/alert/alert-order.entity.js';
import { AlertReminders } from '../../src/alert/alert-reminders.service.js';
import { DeliveryError } from '../../src/notification/delivery.error.js';
import { StoredEvent } from '../../src/notification/outbox/notification-event.entity.js';
import { Outbox } from '../../src/notification/outbox/outbox.js';
import type { DeliveryView } from '../../src/notification/outbox/delivery.view.js';
import { keptSentence } from '../../src/web/kept-sentence.js';
import { AlertScenario } from '../support/alert-scenario.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';
import { aChannel, RecordingKind } from '../support/recording-kind.js';

const DAY_MS = 24 * 60 * 60_000;

jest.setTimeout(60_000);

describeOnEachDatabase('What is told of alerts', (database) => {
  let app: TestApp;
  let clock: FakeClock;
  let kind: RecordingKind;
  let alerts: AlertScenario;

  beforeAll(async () => {
    clock = new FakeClock();
    app = await TestApp.start({ env: { ...database().env }, clock });
    kind = RecordingKind.install(app);
    alerts = new AlertScenario(app);
  });
  afterAll(() => app.stop());

  it('is each step of their lives, as the API shows them, and reminders while they are open', async () => {
    const channel = await aChannel(app, { reminderDays: 3, createdAt: clock.now() });
    const { id: platformId } = await aPlatform(app);
    const api = await app.api();
    const told = (count: number) =>
      eventually(
        () => Promise.resolve(kind.to(channel)),
        (messages) => messages.length >= count,
      );

    await alerts.scan(platformId, { Kaspersky: 'malicious' });
    const { id } = await alerts.latest(platformId);
    const shown = await api.get(`/alerts/${id}`);
    const alert = (shown.body as { data: Record<string, unknown> }).data;
    delete alert.timeline;
    expect((await told(1))[0]).toMatchObject({ type: 'alert.opened', severity: 'medium' });
    expect((await told(1))[0]?.data).toEqual(alert);

    await alerts.scan(platformId, { Kaspersky: 'malicious' });
    await alerts.scan(platformId, { Kaspersky: 'malicious', Sophos: 'malicious' });
    await alerts.change(id, { note: 'Nobody need hear of this.' });
    await alerts.change(id, { state: 'false_positive' });
    await alerts.change(id, { state: 'in_progress' });
    await told(4);

    const remind = () =>
      app.nest.get(AlertReminders, { strict: false }).run(new AbortController().signal);
    await remind();
    await clock.skip(3 * DAY_MS);
    await remind();
    await remind();
    await told(5);
    await alerts.scan(platformId, { Kaspersky: 'harmless', Sophos: 'harmless' });
    await told(6);
    await clock.skip(3 * DAY_MS);
    await remind();

    expect(kind.to(channel).map(({ type, isReminder }) => [type, isReminder])).toEqual([
      ['alert.opened', false],
      ['alert.updated', false],
      ['alert.resolved', false],
      ['alert.reopened', false],
      ['alert.updated', true],
      ['alert.resolved', false],
    ]);
    expect(kind.to(channel)[4]?.data).toMatchObject({ id: String(id), reminder: true });
  });

  it('bears the time that the API shows, also where another clock is ahead', async () => {
    const channel = await aChannel(app);
    const { id: platformId } = await aPlatform(app);
    const ahead = new Date(clock.now().getTime() + DAY_MS);
    await alerts.unitOfWork.run(() =>
      alerts.unitOfWork.repository(AlertOrder).update({ id: 1 }, { lastAt: ahead }),
    );
    await alerts.scan(platformId, { Kaspersky: 'malicious' });
    const { id, updatedAt } = await alerts.latest(platformId);
    expect(updatedAt).toEqual(ahead);
    const [message] = await eventually(
      () => Promise.resolve(kind.to(channel)),
      (messages) => messages.length > 0,
    );
    expect(message?.data).toMatchObject({ id: String(id), updatedAt: ahead.toISOString() });
    await clock.skip(DAY_MS);
  });

  it('is how it ends as well to whom it was told that it began, whatever it is by then', async () => {
    const severe = await aChannel(app, { minSeverity: 'high' });
    const opened = await aChannel(app, { minSeverity: 'high', eventTypes: ['alert.opened'] });
    const critical = await aChannel(app, { minSeverity: 'critical' });
    const { id: platformId } = await aPlatform(app);
    await alerts.scan(platformId, { Kaspersky: 'malicious', Sophos: 'malicious' });
    await alerts.scan(platformId, { Kaspersky: 'malicious', Sophos: 'harmless' });
    const { id, severity } = await alerts.latest(platformId);
    expect(severity).toBe('medium');
    await alerts.scan(platformId, { Kaspersky: 'harmless', Sophos: 'harmless' });
    await alerts.change(id, { state: 'in_progress' });
    await eventually(
      () => Promise.resolve(kind.to(severe)),
      (messages) => messages.length === 3,
    );
    expect(kind.to(severe).map(({ type }) => type)).toEqual([
      'alert.opened',
      'alert.resolved',
      'alert.reopened',
    ]);
    expect(kind.to(opened).map(({ type }) => type)).toEqual(['alert.opened']);
    expect(kind.to(critical)).toEqual([]);
  });

  it('is no reminder of one that is settled meanwhile, nor one by one what was told', async () => {
    const channel = await aChannel(app, { reminderDays: 3, createdAt: clock.now() });
    const [open, settled] = [await aPlatform(app), await aPlatform(app)];
    for (const { id } of [open, settled]) await alerts.scan(id, { Kaspersky: 'malicious' });
    const about = (name: string) => rowsOf().then((all) => all.filter(({ key }) => key === name));
    const rowsOf = () => alerts.unitOfWork.repository(StoredEvent).findBy({ isReminder: true });
    const outbox = app.nest.get(Outbox, { strict: false });
    const { id } = await alerts.latest(settled.id);
    const stillOpen = await alerts.latest(open.id);
    // By itself the server does not look again then.
    clock.set(3 * DAY_MS);
    const reminders = app.nest.get(AlertReminders, { strict: false });
    // Between the look and the telling somebody settles one.
    const told = outbox.told.bind(outbox);
    jest.spyOn(outbox, 'told').mockImplementationOnce(async (keys) => {
      await alerts.change(id, { state: 'false_positive' });
      return told(keys);
    });
    await reminders.run(new AbortController().signal);
    expect(await about(`alert.reminder:${id}:${channel.id}:3d1`)).toHaveLength(0);
    expect(await about(`alert.reminder:${stillOpen.id}:${channel.id}:3d1`)).toHaveLength(1);

    const tell = jest.spyOn(outbox, 'tell');
    await reminders.run(new AbortController().signal);
    expect(tell).not.toHaveBeenCalled();
    tell.mockRestore();
  });

  it('is nothing of a change that is undone', async () => {
    const channel = await aChannel(app);
    const { id: platformId } = await aPlatform(app);
    await expect(
      alerts.unitOfWork.run(async () => {
        await alerts.scanInside(platformId, { Kaspersky: 'malicious' });
        throw new Error('undone');
      }),
    ).rejects.toThrow('undone');
    await alerts.scan(platformId, { Sophos: 'malicious' });
    await eventually(
      () => Promise.resolve(kind.to(channel)),
      (messages) => messages.length === 1,
    );
    expect(kind.to(channel)[0]?.data).toMatchObject({ detections: [{ engine: 'Sophos' }] });
  });

  it('is listed with every try, and sent again by the API and by a button', async () => {
    const channel = await aChannel(app, { name: 'Team <b>A</b>' });
    const { id: platformId } = await aPlatform(app);
    kind.answer = () => Promise.reject(new DeliveryError('It is <i>shut</i>.', { isFinal: true }));
    await alerts.scan(platformId, { Kaspersky: 'malicious' });
    const api = await app.api();
    const list = async () => {
      const answer = await api.get(`/deliveries?channelId=${channel.id}`);
      return (answer.body as { data: DeliveryView[] }).data;
    };
    const [dead] = await eventually(list, ([one]) => one?.state === 'dead');
    expect(dead?.attempts).toMatchObject([{ outcome: 'failed', reason: 'It is <i>shut</i>.' }]);

    const path = `/config/notifications/${channel.id}/deliveries`;
    const browser = await app.browser();
    const { response, page } = await browser.open(path);
    expect(response.text).not.toContain('<i>shut</i>');
    expect(page('h1').text()).toBe('Deliveries to Team <b>A</b>');
    expect(page('tbody tr')).toHaveLength(1);
    const { id: alertId } = await alerts.latest(platformId);
    expect(page('tbody a').attr('href')).toBe(`/alerts/${alertId}`);
    expect(page('tbody a').text()).toMatch(/^Medium: .* is flagged by 1 engine$/);
    expect(page('.badge').text()).toBe('Given up');
    const pressed = await browser.submit(path, {}, `${path}/${dead?.id}`);
    expect(pressed.response.status).toBe(303);
    await eventually(list, ([one]) => one?.state === 'dead' && one.attempts.length === 2);
    const other = `/config/notifications/${(await aChannel(app)).id}/deliveries/${dead?.id}`;
    expect((await browser.submit(path, {}, other)).response.status).toBe(404);

    const broken = keptSentence('channel.delivery.broken', { host: 'hooks.example', status: 500 });
    kind.answer = () => Promise.reject(new DeliveryError(broken));
    expect((await api.post(`/deliveries/${dead?.id}/redeliver`)).status).toBe(202);
    const english = 'hooks.example answered with a server error (500).';
    await eventually(list, ([one]) => one?.state === 'pending' && one.reason === english);
    const french = await app.browser();
    french.agent.set('Accept-Language', 'fr');
    const waiting = (await french.open(path)).page('tbody').text();
    expect(waiting).toContain('hooks.example a répondu par une erreur de serveur (500).');
    expect((await french.open(`${path}/export`)).response.text).toContain(english);

    kind.answer = () => Promise.reject(new DeliveryError('Not now.'));
    expect((await api.post(`/deliveries/${dead?.id}/redeliver`)).status).toBe(202);
    await eventually(list, ([one]) => one?.state === 'pending' && one.reason === 'Not now.');
    expect((await browser.open(path)).page(`form[action="${path}/${dead?.id}"]`)).toHaveLength(1);

    kind.answer = () => Promise.resolve({ status: 204 });
    expect((await api.post(`/deliveries/${dead?.id}/redeliver`)).status).toBe(202);
    const [arrived] = await eventually(list, ([one]) => one?.state === 'delivered');
    expect(arrived?.messageId).toBe(dead?.messageId);
    expect((await api.get('/deliveries?state=lost')).status).toBe(422);
    expect((await api.post('/deliveries/999999/redeliver')).status).toBe(404);
  });
});

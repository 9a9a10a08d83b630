import { AlertService } from '../../src/alert/alert.service.js';
import { EngineRename } from '../../src/alert/engine-rename.service.js';
import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { Detection } from '../../src/alert/detection.entity.js';
import { DisputeRuntime } from '../../src/alert/dispute-runtime.js';
import { Channel } from '../../src/notification/channel.entity.js';
import { StoredEvent } from '../../src/notification/outbox/notification-event.entity.js';
import { EngineService } from '../../src/vendor/engine.service.js';
import { type ApiClient, TestApp } from '../support/app.js';
import { AlertScenario, CONCLUSIVE, INCONCLUSIVE, type Says } from '../support/alert-scenario.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';

const DAY_MS = 86_400_000;

interface ShownDispute {
  state: string;
  contact: string;
  reference: string;
  followUpOn: string | null;
  [more: string]: unknown;
}
interface ShownAlert {
  version: number;
  updatedAt: string;
  detections: { id: string; engine: string; state: string; dispute: ShownDispute }[];
  timeline: { kind: string; text: string; actor: string }[];
}

describeOnEachDatabase('disputes', (database) => {
  let app: TestApp;
  let at: AlertScenario;
  let api: ApiClient;
  const clock = new FakeClock();
  let round = 0;
  let X: string;
  let Y: string;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env, clock });
    at = new AlertScenario(app);
    api = await app.api('write');
  });
  beforeEach(() => {
    round += 1;
    X = `Engine X${round}`;
    Y = `Engine Y${round}`;
  });
  afterAll(async () => {
    await app.stop();
  });

  const day = (ahead = 0) =>
    new Date(clock.now().getTime() + ahead * DAY_MS).toISOString().slice(0, 10);
  const shown = async (alertId: number) => {
    const { body } = await api.get(`/alerts/${alertId}`);
    return body.data as ShownAlert;
  };
  const detectionOf = async (alertId: number, engine = X) => {
    const found = (await shown(alertId)).detections.find((one) => one.engine === engine);
    if (!found) throw new Error(`Alert ${alertId} lists no detection of ${engine}`);
    return found;
  };
  const pathOf = async (alertId: number, engine = X) =>
    `/alerts/${alertId}/detections/${(await detectionOf(alertId, engine)).id}`;
  const put = async (alertId: number, body: object, engine = X) =>
    api.put(`${await pathOf(alertId, engine)}/dispute`, body);
  const anAlert = async (says: Says = { [X]: 'malicious' }, name?: string) => {
    const platform = await aPlatform(app, name === undefined ? {} : { name, notes: 'For us' });
    await at.scan(platform.id, says);
    return at.latest(platform.id);
  };
  const aChannel = () =>
    at.unitOfWork.run(() =>
      at.unitOfWork.repository(Channel).save({
        kind: 'webhook',
        name: 'Somebody',
        isActive: true,
        inactiveReason: null,
        mode: 'digest',
        digestMinutes: 60,
        minSeverity: 'low',
        tags: [],
        owners: [],
        tellsOwner: false,
        reminderDays: 0,
        quietFrom: null,
        quietTo: null,
        quietZone: 'UTC',
        config: {},
        secretCiphertext: null,
        createdAt: clock.now(),
        updatedAt: clock.now(),
        deletedAt: null,
      }),
    );
  const reported = async (says?: Says) => {
    const alert = await anAlert(says);
    const answer = await put(alert.id, { state: 'reported', contact: 'fp@x.example' });
    expect(answer.status).toBe(200);
    return alert;
  };

  it('are recorded through the API: with a version, a line, and what was said', async () => {
    await aVendor(app, { name: X, contact: 'fp@x.example\nhttps://x.example/fp' });
    const { id } = await anAlert();
    expect((await detectionOf(id)).dispute).toEqual({
      state: 'none',
      reportedAt: null,
      reportedBy: null,
      contact: '',
      reference: '',
      followUpOn: null,
      answer: null,
      answeredAt: null,
      closedAt: null,
    });
    const followUpOn = day(7);
    const answer = await put(id, {
      state: 'reported',
      reference: 'T-17',
      followUpOn,
      note: 'Sent by mail',
      version: 1,
    });
    expect(answer.status).toBe(200);
    const alert = answer.body.data as ShownAlert;
    expect(alert).toMatchObject({ version: 2, updatedAt: clock.now().toISOString() });
    expect(alert.detections[0]?.dispute).toMatchObject({
      state: 'reported',
      reportedAt: clock.now().toISOString(),
      reportedBy: 'token test write',
      contact: 'fp@x.example\nhttps://x.example/fp',
      reference: 'T-17',
      followUpOn,
    });
    expect(alert.timeline.slice(-2).map(({ text }) => text)).toEqual([
      `${X} was asked: fp@x.example\nhttps://x.example/fp. Reference T-17. Follow up on ${followUpOn}.`,
      'Sent by mail',
    ]);
    const audited = await at.unitOfWork
      .repository(AuditEntry)
      .findOneOrFail({ where: {}, order: { id: 'DESC' } });
    expect(audited).toMatchObject({ action: 'alert.changed', subjectKind: 'alert' });
    expect(JSON.stringify(audited)).toContain('T-17');

    // The same once more is no change.
    expect((await put(id, { state: 'reported', followUpOn })).body.data.version).toBe(2);
    const accepted = await put(id, { state: 'accepted', version: 2 });
    expect(accepted.body.data.detections[0].dispute).toMatchObject({
      state: 'accepted',
      answer: 'accepted',
      answeredAt: clock.now().toISOString(),
      reference: 'T-17',
    });
  });

  it('refuse what does not fit, field by field, and a version that is past', async () => {
    const { id } = await anAlert();
    const refusal = async (body: object) => {
      const answer = await put(id, body);
      const { errors = [] } = answer.body as { errors?: { field: string }[] };
      return [answer.status, ...errors.map(({ field }) => field)];
    };
    expect(await refusal({})).toEqual([422, 'state']);
    expect(await refusal({ state: 'closed' })).toEqual([422, 'state']);
    expect(await refusal({ state: 'accepted' })).toEqual([422, 'state']);
    expect(await refusal({ state: 'reported' })).toEqual([422, 'contact']);
    const contact = 'c';
    for (const [field, value] of Object.entries({
      contact: ['x'.repeat(1001), '\u0000', null, 7],
      reference: ['x'.repeat(256), 'a\nb', null],
      followUpOn: ['2026-02-30', 'tomorrow', day(-1), '9999-12-31', 7, [day(1)]],
      note: ['x'.repeat(10_001), '\ud800'],
      version: [0, 1.5, '1'],
      more: [1],
    }).flatMap(([name, values]) => values.map((one) => [name, one] as const))) {
      expect([value, await refusal({ state: 'reported', contact, [field]: value })]).toEqual([
        value,
        [422, field],
      ]);
    }
    const stale = await put(id, { state: 'reported', contact, version: 9 });
    expect(stale.status).toBe(409);
    expect(stale.body).toMatchObject({ currentVersion: 1 });
    expect((await shown(id)).version).toBe(1);

    const other = await anAlert();
    const foreign = `/alerts/${other.id}/detections/${(await detectionOf(id)).id}/dispute`;
    expect((await api.put(foreign, { state: 'reported', contact })).status).toBe(404);
    expect((await api.put(`/alerts/${id}/detections/x/dispute`, { state: 'none' })).status).toBe(
      404,
    );
    const reader = await app.api('read');
    expect((await reader.put(`${await pathOf(id)}/dispute`, { state: 'none' })).status).toBe(403);
  });

  it('of two who settle one at once, one is told', async () => {
    const { id } = await anAlert();
    const body = { state: 'reported', contact: 'c', version: 1 };
    const answers = await Promise.all([put(id, body), put(id, { ...body, contact: 'd' })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await shown(id)).version).toBe(2);
  });

  it('are closed by the scan that shows the engine cleared, and by nothing else', async () => {
    const says = { [X]: 'malicious', [Y]: 'malicious' };
    const alert = await reported(says);
    const { id, platformId } = alert;
    await at.scan(platformId, { [Y]: 'malicious' });
    await at.scan(platformId, { [X]: 'timeout', [Y]: 'malicious' });
    await at.scan(platformId, { [X]: 'harmless', [Y]: 'malicious' }, INCONCLUSIVE);
    expect((await detectionOf(id)).dispute.state).toBe('reported');
    clock.set(DAY_MS);
    await at.scan(platformId, { [X]: 'harmless', [Y]: 'malicious' });
    const { dispute } = await detectionOf(id);
    expect(dispute).toMatchObject({ state: 'closed', closedAt: clock.now().toISOString() });
    expect((await at.kinds(id)).slice(-3)).toEqual([
      'detection_cleared',
      'dispute_closed',
      'severity_changed',
    ]);
    for (const state of ['none', 'reported', 'accepted', 'rejected']) {
      expect((await put(id, { state, contact: 'c' })).status).toBe(422);
    }
    // Flagged again, it is another matter, which is asked about anew.
    await at.scan(platformId, says);
    const anew = (await shown(id)).detections.filter(({ engine }) => engine === X);
    expect(anew.map((one) => one.dispute.state)).toEqual(['closed', 'none']);
    const path = `/alerts/${id}/detections/${anew[1]?.id}/dispute`;
    expect((await api.put(path, { state: 'reported', contact: 'c' })).status).toBe(200);
  });

  it('go along with a flag to another alert, and are closed on both', async () => {
    const first = await reported();
    const { platformId } = first;
    await at.change(first.id, { state: 'false_positive' });
    expect((await detectionOf(first.id)).dispute.state).toBe('reported');
    await at.scan(platformId, { [X]: ['malicious', 'something else'] });
    const second = await at.latest(platformId);
    expect(second.id).not.toBe(first.id);
    expect((await detectionOf(second.id)).dispute).toMatchObject({ contact: 'fp@x.example' });

    const before = (await shown(first.id)).version;
    expect((await put(second.id, { state: 'rejected' })).status).toBe(200);
    expect((await detectionOf(first.id)).dispute.state).toBe('rejected');
    expect((await shown(first.id)).version).toBe(before + 1);

    await at.scan(platformId, { [X]: 'undetected' });
    for (const { id } of [first, second]) {
      expect((await detectionOf(id)).dispute).toMatchObject({
        state: 'closed',
        answer: 'rejected',
      });
      expect(await at.kinds(id)).toContain('dispute_closed');
    }
  });

  it('stay with a flag that a reopened alert takes back, and one that was listed anew', async () => {
    const first = await reported();
    const { platformId } = first;
    await at.change(first.id, { state: 'resolved', reason: 'remediated' });
    // Another engine opens a new alert, which lists the first one's flag as well.
    await at.scan(platformId, { [X]: 'malicious', [Y]: 'malicious' }, INCONCLUSIVE);
    const second = await at.latest(platformId);
    expect((await detectionOf(second.id)).dispute.state).toBe('reported');
    expect((await put(second.id, { state: 'accepted' })).status).toBe(200);
    await at.change(second.id, { state: 'resolved', reason: 'remediated' });
    await at.change(first.id, { state: 'in_progress' });
    expect((await detectionOf(first.id)).dispute.state).toBe('accepted');
    await at.scan(platformId, { [X]: 'harmless', [Y]: 'harmless' });
    expect((await detectionOf(first.id)).dispute.state).toBe('closed');
    expect((await detectionOf(second.id)).dispute.state).toBe('closed');
  });

  it('go on under an engine’s new name, two of them as one', async () => {
    const confirm = async () => {
      const ids = await app.nest.get(EngineService).ensure([X, Y], clock.now());
      await app.nest.get(EngineRename).confirm(ids.get(X)!, ids.get(Y)!, 'ada@example.org');
    };
    const alone = await reported();
    const both = await reported({ [X]: 'malicious', [Y]: 'malicious' });
    clock.set(DAY_MS);
    await put(both.id, { state: 'reported', contact: 'new@y.example' }, Y);
    await confirm();
    expect((await detectionOf(alone.id, Y)).dispute).toMatchObject({ contact: 'fp@x.example' });
    const live = (await shown(both.id)).detections.filter(({ state }) => state === 'detected');
    expect(live.map(({ dispute }) => dispute)).toMatchObject([
      {
        contact: 'new@y.example',
        reportedAt: new Date(clock.now().getTime() - DAY_MS).toISOString(),
      },
    ]);
    for (const { id, platformId } of [alone, both]) {
      await at.scan(platformId, { [Y]: 'harmless' });
      expect((await detectionOf(id, Y)).dispute.state).toBe('closed');
    }
  });

  /** Weekly scans, until what is silent in them is gone. */
  const weeks = async (platformId: number, says: Says) => {
    for (let week = 0; week < 6; week += 1) {
      clock.set(7 * DAY_MS);
      await at.scan(platformId, says);
    }
  };

  it('close also when the engine comes back after the alert was settled as engine gone', async () => {
    const { id, platformId } = await reported();
    await weeks(platformId, { Other: 'harmless' });
    await put(id, { state: 'accepted', followUpOn: day() });
    await at.change(id, { state: 'resolved', reason: 'engine_gone' });
    const analyst = await app.browser('analyst');
    const rows = async (show: string) => {
      const path = `/disputes?show=${show}&vendor=${encodeURIComponent(X)}`;
      return (await analyst.open(path)).page('main table.folds tbody tr').length;
    };
    // Nobody could end it: no answer is waited for, until the engine is heard again.
    expect([await rows('due'), await rows('open'), await rows('all')]).toEqual([0, 0, 1]);
    const [gone] = (await at.enriched(id)).detections;
    expect(gone?.detection).toMatchObject({ state: 'silent', liveEngineId: null });
    await at.scan(platformId, { [X]: 'harmless' });
    expect((await detectionOf(id)).dispute.state).toBe('closed');
  });

  it('are taken up by a reopened alert that listed the flag before its vendor was asked', async () => {
    const first = await anAlert();
    const { platformId } = first;
    await at.change(first.id, { state: 'resolved', reason: 'remediated' });
    await at.scan(platformId, { [X]: ['malicious', 'something else'] });
    const second = await at.latest(platformId);
    expect(second.id).not.toBe(first.id);
    await put(second.id, { state: 'reported', contact: 'fp@x.example' });
    await weeks(platformId, { Other: 'harmless' });
    await at.change(second.id, { state: 'resolved', reason: 'engine_gone' });
    await at.change(first.id, { state: 'in_progress' });
    const dispute = async () => (await detectionOf(first.id)).dispute;
    expect(await dispute()).toMatchObject({ state: 'reported', contact: 'fp@x.example' });
    expect((await put(first.id, { state: 'reported', contact: 'new@x.example' })).status).toBe(200);

    // As a version before left it.
    await at.unitOfWork.run(() =>
      at.unitOfWork.repository(Detection).update({ alertId: first.id }, { disputeId: null }),
    );
    expect((await put(first.id, { state: 'reported', contact: 'old@x.example' })).status).toBe(200);
    expect((await detectionOf(second.id)).dispute.contact).toBe('old@x.example');
  });

  it('are listed with what is due first, by vendor, page by page', async () => {
    await aVendor(app, { name: X, contact: 'fp@x.example' });
    const ahead = async (days: number | null, engine = X) => {
      const alert = await anAlert({ [engine]: 'malicious' }, `In ${days} days`);
      const followUpOn = days === null ? null : day(days);
      await put(alert.id, { state: 'reported', contact: 'c', followUpOn }, engine);
      return alert;
    };
    await ahead(null);
    await ahead(5);
    await ahead(1);
    const archived = await ahead(1);
    await ahead(1, Y);
    await at.remove(archived.platformId);
    clock.set(3 * DAY_MS);
    const analyst = await app.browser('analyst');
    const query = `vendor=${encodeURIComponent(X)}`;
    const rows = async (path: string) => {
      const { page, response } = await analyst.open(path);
      expect(response.status).toBe(200);
      return page('main table.folds tbody tr')
        .toArray()
        .map((row) => page(row).find('td').first().find('a').first().text());
    };
    expect(await rows(`/disputes?${query}`)).toEqual(['In 1 days', 'In 5 days', 'In null days']);
    expect(await rows(`/disputes?show=due&${query}`)).toEqual(['In 1 days']);
    expect(await rows(`/disputes?show=all&${query}`)).toHaveLength(4);
    expect(await rows(`/disputes?show=closed&${query}`)).toEqual([]);
    const { page } = await analyst.open(`/disputes?${query}&limit=2`);
    expect(page('main').text()).toContain('due since 2 days');
    expect(page('main').text()).toContain('in 2 days');
    expect(page('main').text()).toContain('3 days ago');
    expect(await rows(page('a[rel=next]').attr('href') ?? '')).toEqual(['In null days']);
    expect((await analyst.open('/disputes?show=x')).response.status).toBe(422);
    expect(await rows('/disputes?vendor=Nobody')).toEqual([]);
  });

  it('say how long vendors take from the report to the scan that shows it', async () => {
    for (const days of [1, 4, 3]) {
      const { platformId } = await reported();
      clock.set(days * DAY_MS);
      await at.scan(platformId, { [X]: 'harmless' });
    }
    const analyst = await app.browser('analyst');
    const { page } = await analyst.open('/disputes');
    const row = page('[aria-labelledby=delisting] tbody tr')
      .toArray()
      .map((one) => page(one).text().replace(/\s+/g, ' ').trim())
      .find((text) => text.startsWith(X));
    expect(row).toBe(`${X} 3 3`);
  });

  it('have a form in the alert’s page: 303 and a flash, or the form again with what was typed', async () => {
    const analyst = await app.browser('analyst');
    await aVendor(app, { name: X, contact: 'fp@x.example' });
    const { id } = await anAlert({ [X]: 'malicious', [Y]: 'malicious' });
    const page = `/alerts/${id}`;
    const action = `${await pathOf(id)}/dispute`;
    const first = await analyst.open(page);
    const form = first.page(`form[action="${action}"]`);
    expect(form).toHaveLength(1);
    expect(form.find('[name=contact]').text()).toBe('fp@x.example');
    expect(form.find('input[name=state]').attr('value')).toBe('reported');

    const wrong = { state: 'reported', followUpOn: '2001-01-01', reference: 'R<1>', version: '1' };
    const refused = await analyst.submit(page, wrong, action);
    expect(refused.response.status).toBe(422);
    expect(refused.page('[name=reference]').attr('value')).toBe('R<1>');
    expect(refused.page('[name=followUpOn]').attr('aria-invalid')).toBe('true');
    expect(refused.page('[role=alert] a').attr('href')).toBe(
      `#${refused.page('[name=followUpOn]').attr('id')}`,
    );

    const right = { ...wrong, contact: '', followUpOn: day(2), note: 'a\r\nb' };
    const done = await analyst.submit(page, right, action);
    expect([done.response.status, done.response.headers.location]).toEqual([303, page]);
    expect((await detectionOf(id)).dispute).toMatchObject({
      contact: 'fp@x.example',
      reference: 'R<1>',
    });
    const after = await analyst.open(page);
    expect(after.page('.alert-success').text()).toBe('The dispute was saved.');
    expect(after.page('.dispute').first().text()).toContain('Reported');

    const stale = await analyst.submit(page, { state: 'accepted', version: '1' }, action);
    expect(stale.response.status).toBe(422);
    expect(stale.page('[role=alert]').text()).toContain(`${X} was asked: fp@x.example.`);
    expect(stale.page('input[name=state][checked]').attr('value')).toBe('accepted');
    expect(stale.page('input[name=version]').attr('value')).toBe('2');
    // What was left as the older form had it does not go back to that.
    const older = { contact: 'fp@x.example', contactWas: 'fp@x.example', reference: 'mine' };
    const left = { ...older, referenceWas: '', followUpOn: '', followUpOnWas: '', version: '1' };
    const { page: shown } = await analyst.submit(page, { state: 'accepted', ...left }, action);
    expect(shown('[name=contact]').text()).toBe('fp@x.example');
    expect(shown('[name=reference]').attr('value')).toBe('mine');
    expect(shown('[name=followUpOn]').attr('value')).toBe(day(2));
    expect(shown('[name=followUpOnWas]').attr('value')).toBe(day(2));

    const viewer = await app.browser('viewer');
    expect((await viewer.open(page)).page(`form[action="${action}"]`)).toHaveLength(0);
    expect((await viewer.open(action)).response.status).toBe(200);
    expect((await viewer.open(`${await pathOf(id)}/report`)).response.status).toBe(403);
  });

  it('have a ready text in two languages, which is opened as mail, edited, and recorded', async () => {
    const analyst = await app.browser('analyst');
    await aVendor(app, {
      name: X,
      contact: 'Labs <fp@x.example>, second@x.example; form: https://x.example/fp?a=1',
    });
    const hostile = '<img src=x>\r\nBcc: all@evil.example\u202e';
    const alert = await anAlert({ [X]: ['malicious', hostile] }, 'Shop "A" & Söhne');
    const path = `${await pathOf(alert.id)}/report`;
    const { page, response } = await analyst.open(path);
    expect(response.text).not.toContain('<img src=x');
    const text = page('textarea[name=text]').text();
    expect(text).toContain('Result: <img src=x> Bcc: all@evil.example');
    expect(text).toContain('About the site: Shop "A" & Söhne');
    expect(text).not.toContain('For us');
    expect(text).not.toContain('VirusTotal:');
    const hrefs = page('.card ul a')
      .toArray()
      .map((one) => page(one).attr('href') ?? '');
    expect(hrefs.map((href) => href.split('?subject=')[0])).toEqual([
      'mailto:fp@x.example',
      'mailto:second@x.example',
      'https://x.example/fp?a=1',
    ]);
    const mail = new URL(hrefs[0] ?? '').searchParams;
    expect([...mail.keys()]).toEqual(['subject', 'body']);
    expect(mail.get('body')).toBe(text.replaceAll('\n', '\r\n'));
    expect(page('input[name=contact]').attr('value')).toBe('fp@x.example');

    const french = await analyst.open(`${path}?lang=fr`);
    expect(french.page('textarea[name=text]').text()).toContain('Votre moteur signale');
    expect((await analyst.open(`${path}?lang=de`)).response.status).toBe(422);

    const edited = { text: 'My own words', lang: 'fr', step: 'text', version: '1' };
    const links = await analyst.submit(path, edited, path);
    expect(links.response.status).toBe(200);
    expect(new URL(links.page('[data-mailto]').attr('href') ?? '').searchParams.get('body')).toBe(
      'My own words',
    );
    expect((await detectionOf(alert.id)).dispute.state).toBe('none');

    const record = { text: 'My own words', lang: 'fr', contact: 'fp@x.example', version: '1' };
    const wrong = await analyst.submit(path, { ...record, followUpOn: 'x' }, path);
    expect(wrong.response.status).toBe(422);
    expect(wrong.page('textarea[name=text]').text()).toBe('My own words');
    const followUpOn = day(7);
    const done = await analyst.submit(path, { ...record, followUpOn }, path);
    expect(done.response.status).toBe(303);
    expect((await detectionOf(alert.id)).dispute).toMatchObject({
      state: 'reported',
      contact: 'fp@x.example',
      followUpOn,
    });
    // Asked again with nothing else new, it is recorded all the same.
    const asked = clock.now().toISOString();
    clock.set(60_000);
    expect((await analyst.open(path)).page('main').text()).toContain('Record as asked again');
    const again = await analyst.submit(path, { ...record, followUpOn, version: '2' }, path);
    expect(again.response.status).toBe(303);
    const { dispute } = await detectionOf(alert.id);
    expect(dispute.reportedAt).toBe(new Date(Date.parse(asked) + 60_000).toISOString());
    expect((await shown(alert.id)).timeline.at(-1)?.text).toBe(
      `${X} was asked again: fp@x.example. Follow up on ${followUpOn}.`,
    );
    await at.scan(alert.platformId, { [X]: 'harmless' }, CONCLUSIVE);
    expect((await analyst.open(path)).page('[name=contact]')).toHaveLength(0);
  });

  it('are told of when their day has come, once for each date', async () => {
    const { id } = await reported();
    const followUpOn = day(2);
    await put(id, { state: 'reported', followUpOn });
    const due = app.nest.get(DisputeRuntime);
    const keys = async () => {
      await due.look();
      const rows = await at.unitOfWork.repository(StoredEvent).find();
      return rows.filter(({ subject }) => subject === `alert:${id}`);
    };
    clock.set(2 * DAY_MS);
    expect(await keys()).toEqual([]);
    await aChannel();
    const [event, ...more] = await keys();
    expect(more).toEqual([]);
    expect(event?.key).toMatch(new RegExp(`^dispute\\.due:\\d+:${followUpOn}$`));
    expect(event?.isUrgent).toBe(false);
    expect(JSON.parse(event?.data ?? '')).toMatchObject({
      alert: { id: String(id), detections: [{}] },
      detection: { engine: X },
      dispute: { state: 'reported', contact: 'fp@x.example', followUpOn },
    });
    clock.set(DAY_MS);
    expect(await keys()).toHaveLength(1);
    await put(id, { state: 'reported', followUpOn: day(1) });
    expect(await keys()).toHaveLength(1);
    clock.set(DAY_MS);
    expect(await keys()).toHaveLength(2);
    await put(id, { state: 'accepted', followUpOn: day() });
    expect(await keys()).toHaveLength(2);
  });

  it('keep the platform’s lock: a scan and a person at once leave one truth', async () => {
    const { id, platformId } = await reported();
    const [, answer] = await Promise.all([
      at.scan(platformId, { [X]: 'harmless' }),
      put(id, { state: 'accepted' }),
    ]);
    expect([200, 422]).toContain(answer.status);
    const { dispute } = await detectionOf(id);
    expect(dispute).toMatchObject({
      state: 'closed',
      answer: answer.status === 200 ? 'accepted' : null,
    });
    expect((await app.nest.get(AlertService).get(id)).state).toBe('resolved');
  });
});

import { EngineService } from '../../src/vendor/engine.service.js';
import { VendorService } from '../../src/vendor/vendor.service.js';
import { type ApiClient, TestApp } from '../support/app.js';
import { AlertScenario } from '../support/alert-scenario.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';

const BAD_QUERIES: readonly (readonly [string, string, RegExp])[] = [
  ['state=open', 'state', /new, in_progress/],
  ['state=new,closed', 'state', /new, in_progress/],
  ['severity=urgent', 'severity', /critical, high, medium, low/],
  ['platformId=x', 'platformId', /id/],
  ['platformId=-1', 'platformId', /id/],
  ['updatedSince=yesterday', 'updatedSince', /ISO 8601/],
  ['updatedSince=2026-11-01T00:00:00', 'updatedSince', /zone/],
  ['limit=0', 'limit', /1 to 200/],
  ['cursor=x', 'cursor', /nextCursor/],
  ['colour=red', 'colour', /unknown field/],
];

describeOnEachDatabase('alerts as JSON', (database) => {
  let app: TestApp;
  let at: AlertScenario;
  let api: ApiClient;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    at = new AlertScenario(app);
    api = await app.api('write');
  });
  afterAll(async () => {
    await app.stop();
  });

  /** A new alert of a new platform. */
  async function anAlert(says: Record<string, string> = { A: 'malicious' }) {
    const platform = await aPlatform(app);
    await at.scan(platform.id, says);
    return at.latest(platform.id);
  }

  it('have just the fields of the contract, and a timeline one by one', async () => {
    const platform = await aPlatform(app);
    const engine = `Engine of ${platform.name}`;
    const vendor = await aVendor(app, {
      name: engine,
      contact: 'fp@example.com',
      comments: 'slow',
    });
    await at.scan(platform.id, { [engine]: ['malicious', 'phishing'] });
    const { id } = await at.latest(platform.id);
    const { body } = await api.get(`/alerts/${id}`).expect(200);
    const { timeline, ...alert } = body.data;

    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(alert).toEqual({
      id: String(id),
      version: 1,
      platform: { id: String(platform.id), name: platform.name, url: platform.url },
      state: 'new',
      severity: 'medium',
      reason: null,
      assignee: null,
      openedAt: time,
      updatedAt: time,
      resolvedAt: null,
      previousAlertId: null,
      detections: [
        {
          id: expect.stringMatching(/^\d+$/),
          engine,
          category: 'malicious',
          result: 'phishing',
          method: 'blacklist',
          state: 'detected',
          firstSeenAt: time,
          lastSeenAt: time,
          dispute: {
            state: 'none',
            reportedAt: null,
            reportedBy: null,
            contact: '',
            reference: '',
            followUpOn: null,
            answer: null,
            answeredAt: null,
            closedAt: null,
          },
          vendor: {
            id: String(vendor.id),
            name: engine,
            contact: 'fp@example.com',
            comments: 'slow',
          },
        },
      ],
    });
    expect(timeline).toEqual([
      expect.objectContaining({ kind: 'opened', actor: 'system', version: 1, at: time }),
      expect.objectContaining({
        kind: 'detection_added',
        data: { engine, category: 'malicious', result: 'phishing' },
        text: `${engine} says malicious (phishing).`,
      }),
    ]);

    const list = await api.get(`/alerts?platformId=${platform.id}`).expect(200);
    expect(list.body).toEqual({
      data: [alert],
      meta: { total: 1, limit: 50, nextCursor: null },
    });
  });

  it('take the contact of the vendor of that very name alone', async () => {
    const names = ['Kaspersky', 'kaspersky', 'Káspersky'];
    for (const name of names) await aVendor(app, { name, contact: `to ${name}` });
    const { id } = await anAlert({
      ...Object.fromEntries(names.map((name) => [name, 'malicious'])),
      KASPERSKY: 'malicious',
    });
    const { body } = await api.get(`/alerts/${id}`).expect(200);
    const contacts = body.data.detections.map((one: { engine: string; vendor: unknown }) => [
      one.engine,
      (one.vendor as { contact: string } | null)?.contact ?? null,
    ]);
    expect(new Map(contacts)).toEqual(
      new Map([
        ...names.map((name) => [name, `to ${name}`] as const),
        ['KASPERSKY', null] as const,
      ]),
    );
  });

  it('are enriched by a vendor that is added, changed and removed while they are open', async () => {
    const { id } = await anAlert({ Latecomer: 'malicious' });
    const vendorNow = async () => {
      const { body } = await api.get(`/alerts/${id}`).expect(200);
      return body.data.detections[0].vendor;
    };
    const vendors = app.nest.get(VendorService);
    expect(await vendorNow()).toBeNull();
    const vendor = await vendors.create({ name: 'Latecomer' });
    expect(await vendorNow()).toMatchObject({ contact: '', comments: '' });
    await vendors.update(vendor.id, { contact: 'fp@latecomer.example' });
    expect(await vendorNow()).toMatchObject({ contact: 'fp@latecomer.example' });
    await vendors.delete(vendor.id);
    expect(await vendorNow()).toBeNull();
    const { body } = await api.get(`/alerts/${id}`);
    expect(body.data.version).toBe(1);
  });

  it('are enriched with one query each, however many they are', async () => {
    for (let index = 0; index < 3; index += 1) await anAlert({ A: 'malicious', B: 'suspicious' });
    const engines = jest.spyOn(app.nest.get(EngineService), 'namesOf');
    const vendors = jest.spyOn(app.nest.get(VendorService), 'findByNames');
    await api.get('/alerts?limit=3').expect(200);
    expect([engines.mock.calls.length, vendors.mock.calls.length]).toEqual([1, 1]);
    engines.mockRestore();
    vendors.mockRestore();
  });

  it('are narrowed by state, severity, platform and last change, and paged', async () => {
    const severe = await anAlert({ A: 'malicious', B: 'malicious' });
    const mild = await anAlert({ A: 'suspicious' });
    await at.change(mild.id, { state: 'in_progress' });
    const ids = async (query: string) => {
      const { body } = await api.get(`/alerts?${query}`).expect(200);
      return body.data.map((one: { id: string }) => Number(one.id)) as number[];
    };
    const has = async (query: string) => {
      const found = await ids(`limit=200&${query}`);
      return [found.includes(severe.id), found.includes(mild.id)];
    };
    expect(await has('state=new')).toEqual([true, false]);
    expect(await has('state=new&state=in_progress')).toEqual([true, true]);
    expect(await has('state=new,in_progress&severity=low')).toEqual([false, true]);
    expect(await has('state=resolved')).toEqual([false, false]);
    expect(await has('severity=high')).toEqual([true, false]);
    expect(await has('state=&severity=')).toEqual([true, true]);
    expect(await ids(`platformId=${severe.platformId}`)).toEqual([severe.id]);
    expect(await ids('platformId=2000000000')).toEqual([]);

    const { updatedAt } = await at.latest(mild.platformId);
    expect(await has(`updatedSince=${updatedAt.toISOString()}`)).toEqual([false, true]);
    const after = new Date(updatedAt.getTime() + 1).toISOString();
    expect(await has(`updatedSince=${after}`)).toEqual([false, false]);
    expect(await has('updatedSince=2020-01-01T02:00:00+02:00')).toEqual([true, true]);

    const page = await api.get('/alerts?limit=1').expect(200);
    const { total, nextCursor } = page.body.meta;
    expect(page.body.data[0].id).toBe(String(mild.id));
    const next = await api.get(`/alerts?limit=1&cursor=${nextCursor}`).expect(200);
    expect(next.body).toMatchObject({ data: [{ id: String(severe.id) }], meta: { total } });
  });

  it.each(BAD_QUERIES)('refuse ?%s', async (query, field, message) => {
    const { body } = await api.get(`/alerts?${query}`).expect(422);
    expect(body.errors).toEqual([{ field, message: expect.stringMatching(message) }]);
  });

  it.each(['/alerts/2000000000', '/alerts/abc', '/alerts/0'])(
    'have nothing at %s',
    async (path) => {
      await api.get(path).expect(404);
      await api.patch(path, { state: 'resolved', reason: 'remediated' }).expect(404);
      await api.post(`${path}/comments`, { text: 'x' }).expect(404);
    },
  );

  it('are read with any token, and changed with none that only reads', async () => {
    const { id } = await anAlert();
    const reader = await app.api('read');
    await reader.get('/alerts').expect(200);
    await reader.get(`/alerts/${id}`).expect(200);
    await reader.patch(`/alerts/${id}`, { state: 'in_progress' }).expect(403);
    await reader.post(`/alerts/${id}/comments`, { text: 'x' }).expect(403);
  });
});

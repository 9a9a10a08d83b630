import { setTimeout as delay } from 'node:timers/promises';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Scan } from '../../src/scan/scan.entity.js';
import { ScanService } from '../../src/scan/scan.service.js';
import { type ApiClient, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { activate, startWithIdleEngine } from '../support/scan-drive.js';

describeOnEachDatabase('what the JSON routes of scans refuse', (database) => {
  let app: TestApp;
  let api: ApiClient;

  beforeAll(async () => {
    app = await startWithIdleEngine(database());
    api = await app.api('write');
  });
  afterAll(async () => {
    await app.stop();
  });

  const storedScans = () => app.nest.get(UnitOfWork).repository(Scan).count();

  it.each([
    ['51 ids', { platformIds: Array.from({ length: 51 }, (_, i) => String(i + 1)) }, /1 to 50 ids/],
    ['none', { platformIds: [] }, /1 to 50 ids/],
    ['null', { platformIds: null }, /1 to 50 ids/],
    ['a text', { platformIds: '1' }, /1 to 50 ids/],
    ['numbers', { platformIds: [1] }, /1 to 50 ids/],
    ['an empty id', { platformIds: [''] }, /1 to 50 ids/],
    ['an id of nothing', { platformIds: ['2000000000'] }, /2000000000 is not one/],
    ['an id that is none', { platformIds: ['../1'] }, /\.\.\/1 is not one/],
    ['an id beyond the columns', { platformIds: ['99999999999'] }, /99999999999 is not one/],
  ])('refuses %s for platformIds', async (_what, body, message) => {
    const before = await storedScans();
    const refused = await api.post('/scans', body);

    expect(refused.status).toBe(422);
    expect(refused.body.errors).toEqual([
      { field: 'platformIds', message: expect.stringMatching(message) },
    ]);
    expect(await storedScans()).toBe(before);
  });

  it('refuses an inactive and a removed platform by their ids', async () => {
    const inactive = await aPlatform(app, { active: false });
    const removed = await aPlatform(app);
    await api.delete(`/platforms/${removed.id}`);
    for (const { id } of [inactive, removed]) {
      const refused = await api.post('/scans', { platformIds: [String(id)] });
      expect(refused.status).toBe(422);
      expect(refused.body.errors[0].message).toContain(`${id} is not one`);
    }
  });

  it('refuses an unknown field by name, and JSON that does not parse', async () => {
    const before = await storedScans();
    const unknown = await api.post('/scans', { platforms: ['1'] });
    const broken = await api.post('/scans').type('json').send('{"platformIds":');

    expect(unknown.status).toBe(422);
    expect(unknown.body.errors[0].field).toBe('platforms');
    expect(broken.status).toBe(400);
    expect(broken.type).toBe('application/problem+json');
    expect(await storedScans()).toBe(before);
  });

  it.each(['999999', 'x', '0', '-1', '1.5'])('has no scan %s', async (id) => {
    const answers = [
      await api.get(`/scans/${id}`),
      await api.get(`/scans/${id}/tasks`),
      await api.get(`/scans/${id}/events`),
      await api.post(`/scans/${id}/cancel`),
    ];

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(answers.every(({ type }) => type === 'application/problem+json')).toBe(true);
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'cursor=x'])(
    'refuses a list with ?%s',
    async (query) => {
      const refused = await api.get(`/scans?${query}`);

      expect(refused.status).toBe(422);
      expect(refused.body.errors[0].field).toBe(query.split('=')[0]);
    },
  );

  it('refuses all while the integration is not active', async () => {
    await activate(app, false);
    const { id } = await aPlatform(app);
    const refused = [
      await api.post('/scans'),
      await api.post('/scans', { platformIds: [`${id}`] }),
    ];
    await activate(app);

    expect(refused.map(({ status }) => status)).toEqual([409, 409]);
    expect(refused[0]!.body).toMatchObject({ code: 'SCAN.INTEGRATION_NOT_ACTIVE' });
  });

  it('has no events of a scan that takes a moment to be found missing', async () => {
    const scans = app.nest.get(ScanService);
    const get = scans.get.bind(scans);
    const slow = jest.spyOn(scans, 'get').mockImplementation(async (id) => {
      await delay(100);
      return get(id);
    });
    const { status, type } = await api.get('/scans/999999/events');
    slow.mockRestore();

    expect([status, type]).toEqual([404, 'application/problem+json']);
  });
});

import request from 'supertest';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Platform } from '../../src/platform/platform.entity.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { type ApiClient, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';

const GOOD = { name: 'Shop', url: 'https://shop.example.org/' };

/** Bad bodies: what is wrong beside GOOD, the field that is named, and what the message says. */
const BAD: readonly (readonly [string, object, string, RegExp])[] = [
  ['no URL', { url: undefined }, 'url', /full address/],
  ['an empty URL', { url: '' }, 'url', /full address/],
  ['a URL that is no text', { url: 7 }, 'url', /full address/],
  ['no scheme', { url: 'www.example.org' }, 'url', /http:\/\/ or https:\/\//],
  ['ftp', { url: 'ftp://www.example.org/' }, 'url', /https:\/\/ addresses alone/],
  ['credentials', { url: 'https://ada:secret@www.example.org/' }, 'url', /no user name/],
  ['loopback', { url: 'http://127.0.0.1/' }, 'url', /public address/],
  ['loopback as one number', { url: 'http://2130706433/' }, 'url', /public address/],
  ['loopback in short', { url: 'http://127.1/' }, 'url', /public address/],
  ['loopback in IPv6', { url: 'http://[::ffff:7f00:1]/' }, 'url', /public address/],
  ['a private address', { url: 'https://192.168.1.1/' }, 'url', /public address/],
  ['link-local', { url: 'https://[fe80::1]/' }, 'url', /public address/],
  ['localhost', { url: 'http://localhost/' }, 'url', /public host name/],
  ['a name of one word', { url: 'http://shop/' }, 'url', /full host name/],
  ['3,000 characters', { url: `https://a.example/${'a'.repeat(2982)}` }, 'url', /2,048/],
  ['white space', { url: 'https://a.example/a b' }, 'url', /no spaces/],
  ['no name', { name: undefined }, 'name', /1 to 255/],
  ['an empty name', { name: '' }, 'name', /1 to 255/],
  ['a blank name', { name: '   ' }, 'name', /1 to 255/],
  ['a name of 256', { name: 'x'.repeat(256) }, 'name', /1 to 255/],
  ['a name that fits only by class-validator', { name: `x${'\ufe0f'.repeat(300)}` }, 'name', /255/],
  ['a name of two lines', { name: 'a\nb' }, 'name', /one line/],
  ['null as name', { name: null }, 'name', /1 to 255/],
  ['half a character', { name: 'a\ud800' }, 'name', /1 to 255/],
  ['active as text', { active: 'true' }, 'active', /true or false/],
  ['null as active', { active: null }, 'active', /true or false/],
  ['no mail address', { ownerEmail: 'ada' }, 'ownerEmail', /ada@example\.org/],
  [
    'a long mail address',
    { ownerEmail: `a@${'b'.repeat(60)}.${'c.'.repeat(99)}org` },
    'ownerEmail',
    /ada@/,
  ],
  ['an owner of 256', { ownerName: 'x'.repeat(256) }, 'ownerName', /255/],
  ['tags as text', { tags: 'a, b' }, 'tags', /up to 20/],
  ['21 tags', { tags: Array.from({ length: 21 }, (_, i) => `t${i}`) }, 'tags', /up to 20/],
  ['a tag of 51', { tags: ['x'.repeat(51)] }, 'tags', /1 to 50/],
  ['an empty tag', { tags: ['  '] }, 'tags', /1 to 50/],
  ['a tag with a comma', { tags: ['a,b'] }, 'tags', /without commas/],
  ['a tag that is no text', { tags: [{}] }, 'tags', /1 to 50/],
  ['notes of 10,001', { notes: 'x'.repeat(10_001) }, 'notes', /10,000/],
  ['notes with a zero byte', { notes: 'a\u0000' }, 'notes', /10,000/],
  ['an unknown field', { colour: 'red' }, 'colour', /unknown field/],
  ['a field that is read only', { state: 'clean' }, 'state', /unknown field/],
];

describeOnEachDatabase('the JSON of platforms', (database) => {
  let app: TestApp;
  let api: ApiClient;
  const clock = new FakeClock();

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env, clock });
    api = await app.api('write');
  });
  afterAll(async () => {
    await app.stop();
  });

  const rows = () => app.nest.get(UnitOfWork).repository(Platform).find();

  it('adds one, and answers it as it stands', async () => {
    const response = await api.post('/platforms', {
      ...GOOD,
      name: '  Shop  ',
      ownerName: 'Ada',
      ownerEmail: 'ada@example.org',
      tags: [' eu ', 'shop', 'eu'],
      notes: 'two\nlines',
    });

    expect(response.status).toBe(201);
    const { id } = response.body.data;
    expect(response.body).toEqual({
      data: {
        id: expect.stringMatching(/^\d+$/),
        name: 'Shop',
        url: 'https://shop.example.org/',
        active: true,
        ownerName: 'Ada',
        ownerEmail: 'ada@example.org',
        tags: ['eu', 'shop'],
        notes: 'two\nlines',
        state: 'unknown',
        stale: false,
        lastScannedAt: null,
        nextScanAt: null,
        archivedAt: null,
        createdAt: clock.now().toISOString(),
      },
    });
    expect((await api.get(`/platforms/${id}`)).body).toEqual(response.body);
  });

  it('changes any subset', async () => {
    const { id } = await aPlatform(app, { notes: 'n', tags: ['a'] });

    const response = await api.patch(`/platforms/${id}`, { active: false, ownerEmail: '' });

    expect(response.status).toBe(200);
    expect(response.body.data).toMatchObject({ active: false, notes: 'n', tags: ['a'] });
  });

  it('takes texts at their limits', async () => {
    const limits = {
      name: '😀'.repeat(255),
      ownerName: 'x'.repeat(255),
      tags: Array.from({ length: 20 }, (_, i) => `${i}`.padEnd(50, 'x')),
      notes: '\u{1f600}'.repeat(10_000),
    };
    const response = await api.post('/platforms', {
      url: 'https://limits.example.org/',
      ...limits,
    });

    expect(response.status).toBe(201);
    const { body } = await api.get(`/platforms/${response.body.data.id}`);
    expect(body.data).toMatchObject(limits);
  });

  it.each(BAD)('refuses %s when adding, names the field, and stores nothing', async (...row) => {
    const [, wrong, field, says] = row;
    const before = await rows();

    const response = await api.post('/platforms', {
      ...GOOD,
      url: 'https://bad.example.org/',
      ...wrong,
    });

    expect(response.status).toBe(422);
    expect(response.type).toBe('application/problem+json');
    expect(response.body.errors).toEqual([{ field, message: expect.stringMatching(says) }]);
    expect(await rows()).toEqual(before);
  });

  it.each(BAD.filter(([, wrong]) => Object.values(wrong).every((value) => value !== undefined)))(
    'refuses %s when changing, names the field, and stores nothing',
    async (...row) => {
      const [, wrong, field, says] = row;
      const { id } = await aPlatform(app);
      const before = await rows();

      const response = await api.patch(`/platforms/${id}`, { ownerName: 'changed', ...wrong });

      expect(response.status).toBe(422);
      expect(response.body.errors).toEqual([{ field, message: expect.stringMatching(says) }]);
      expect(await rows()).toEqual(before);
    },
  );

  it('names every bad field at once', async () => {
    const response = await api.post('/platforms', { name: '', url: 'x', tags: 1, colour: 2 });

    const fields = response.body.errors.map(({ field }: { field: string }) => field);
    expect(fields.sort()).toEqual(['colour', 'name', 'tags', 'url']);
  });

  it('refuses a URL that there is in another spelling, and names the platform', async () => {
    const first = await aPlatform(app, { name: 'First', url: 'https://twice.example.org/' });
    const before = await rows();

    const response = await api.post('/platforms', {
      ...GOOD,
      url: 'HTTPS://Twice.example.org.:443',
    });

    expect(response.status).toBe(409);
    expect(response.body).toMatchObject({
      code: 'PLATFORM.ALREADY_EXISTS',
      platformId: String(first.id),
      errors: [{ field: 'url', message: expect.stringContaining('“First”') }],
    });
    expect(await rows()).toEqual(before);
  });

  it('lets one of many win that add a URL at the same moment', async () => {
    const responses = await Promise.all(
      Array.from({ length: 8 }, () =>
        api.post('/platforms', { ...GOOD, url: 'https://race.example.org/' }),
      ),
    );

    expect(responses.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
  });

  it('refuses another URL once one was submitted', async () => {
    const { id } = await aPlatform(app);
    await app.nest.get(PlatformService).recordSubmission(id, null, clock.now());

    const response = await api.patch(`/platforms/${id}`, { url: 'https://moved.example.org/' });

    expect(response.status).toBe(422);
    expect(response.body.errors).toEqual([
      { field: 'url', message: expect.stringContaining('add a new platform') },
    ]);
  });

  it('refuses to change an archived one, and revives it when its URL is added', async () => {
    const { id, url } = await aPlatform(app);
    await app.nest.get(PlatformService).archive(id);
    const archived = await api.get(`/platforms/${id}`);
    expect(archived.body.data).toMatchObject({
      archivedAt: clock.now().toISOString(),
      active: false,
    });

    const refused = await api.patch(`/platforms/${id}`, { name: 'x' });
    const revived = await api.post('/platforms', { name: 'Back', url });

    expect(refused.status).toBe(409);
    expect(refused.body.code).toBe('PLATFORM.ARCHIVED');
    expect(revived.status).toBe(201);
    expect(revived.body.data).toMatchObject({ id: String(id), name: 'Back', archivedAt: null });
  });

  it('does not know what is not there', async () => {
    for (const id of ['999999', '0', '-1', 'x', '1e3', '99999999999']) {
      expect((await api.get(`/platforms/${id}`)).status).toBe(404);
      expect((await api.patch(`/platforms/${id}`, { name: 'x' })).status).toBe(404);
    }
  });

  it('tells JSON that does not parse from JSON that is not valid', async () => {
    const send = (body: string) =>
      request(app.http)
        .post('/api/v1/platforms')
        .set('Authorization', `Bearer ${api.token}`)
        .type('json')
        .send(body);

    expect((await send('{"name": ')).status).toBe(400);
    expect((await send('[]')).status).toBe(422);
  });

  it('warns of a query that looks like it has a secret', async () => {
    const response = await api.post('/platforms', {
      ...GOOD,
      url: 'https://s.example.org/?token=a',
    });

    expect(response.status).toBe(201);
    expect(response.body.data.warning).toMatch(/token/);
  });

  it('tells the next scan while the integration is active', async () => {
    const settings = app.nest.get(VirusTotalSettingsService);
    const { id } = await aPlatform(app);
    const scannedAt = clock.now();
    await app.nest.get(PlatformService).recordResult(id, {
      state: 'clean',
      scannedAt,
      isConclusive: true,
      answeredEngines: 70,
    });
    await settings.update({ apiKey: 'a'.repeat(64), isActive: true, scanFrequencyDays: 2 });

    const { body } = await api.get(`/platforms/${id}`);
    await settings.update({ isActive: false });
    const { body: inactive } = await api.get(`/platforms/${id}`);

    expect(body.data).toMatchObject({
      state: 'clean',
      lastScannedAt: scannedAt.toISOString(),
      nextScanAt: new Date(scannedAt.getTime() + 2 * 86_400_000).toISOString(),
    });
    expect(inactive.data.nextScanAt).toBeNull();
  });

  it('is documented with every field', async () => {
    const { body } = await request(app.http).get('/api/openapi.json');

    const { CreatePlatformDto } = body.components.schemas;
    expect(Object.keys(CreatePlatformDto.properties).sort()).toEqual([
      'active',
      'name',
      'notes',
      'ownerEmail',
      'ownerName',
      'tags',
      'url',
    ]);
    expect(CreatePlatformDto.required).toEqual(['name', 'url']);
  });
});

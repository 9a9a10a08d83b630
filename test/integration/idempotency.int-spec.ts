import { EventEmitter, once } from 'node:events';
import request from 'supertest';
import { IdempotentAnswer } from '../../src/access/idempotent-answer.entity.js';
import { IdempotentAnswers } from '../../src/access/idempotent-answers.service.js';
import { ApiTokenService } from '../../src/access/api-token.service.js';
import { RIGHTS } from '../../src/access/rights.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';
import { VendorService } from '../../src/vendor/vendor.service.js';
import { type ApiClient, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';
import { activate } from '../support/scan-drive.js';

const PATH = '/vendors';
const DAY_MS = 86_400_000;
const LEASE_MS = 120_000;

let keys = 0;
const newKey = () => `key-${(keys += 1)}`;

describeOnEachDatabase('an Idempotency-Key', (database) => {
  let app: TestApp;
  let api: ApiClient;
  const clock = new FakeClock();

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env, clock });
    api = await app.api('admin');
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    await app.stop();
  });

  const post = (key: string, body: object, client = api, path = PATH) =>
    client.post(path, body).set('Idempotency-Key', key);
  const vendors = (name: string) => app.nest.get(UnitOfWork).repository(Vendor).countBy({ name });
  const answers = () => app.nest.get(UnitOfWork).repository(IdempotentAnswer);
  const aVendor = () => ({ name: `Vendor of ${newKey()}` });
  const tokenId = async () => (await app.nest.get(ApiTokenService).verify(api.token)).id;

  it('makes a POST happen once: the same again is answered as the first was', async () => {
    const [key, vendor] = [newKey(), aVendor()];
    const first = await post(key, vendor);
    const again = await post(key, vendor);

    expect(first.status).toBe(201);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect([again.status, again.text, again.type]).toEqual([201, first.text, first.type]);
    expect(await vendors(vendor.name)).toBe(1);
  });

  it('gives the header Location again', async () => {
    await activate(app);
    await aPlatform(app);
    const key = newKey();
    const first = await post(key, {}, api, '/scans');
    const again = await post(key, {}, api, '/scans');

    expect(first.status).toBe(202);
    expect(first.headers.location).toMatch(/^\/api\/v1\/scans\/\d+$/);
    expect([again.status, again.headers.location, again.text]).toEqual([
      202,
      first.headers.location,
      first.text,
    ]);
  });

  it('gives a refusal again, too', async () => {
    const key = newKey();
    const first = await post(key, { name: ' x' });
    const again = await post(key, { name: ' x' });

    expect(first.status).toBe(422);
    expect([again.status, again.text, again.type]).toEqual([422, first.text, first.type]);
    expect(again.headers['idempotency-replayed']).toBe('true');
  });

  it('is refused for another body or address', async () => {
    const [key, vendor] = [newKey(), aVendor()];
    await post(key, vendor);
    const others = [
      await post(key, { ...vendor, comments: 'x' }),
      await post(key, vendor, api, '/platforms'),
      await post(key, vendor, api, `${PATH}?x=1`),
    ];

    for (const { status, body } of others) {
      expect([status, body.code]).toEqual([422, 'IDEMPOTENCY.OTHER_REQUEST']);
    }
  });

  it('is each token’s own', async () => {
    const [key, vendor] = [newKey(), aVendor()];
    await post(key, vendor);
    const other = await post(key, vendor, await app.api('write'));

    expect([other.status, other.body.code]).toEqual([409, 'VENDOR.ALREADY_EXISTS']);
  });

  it('makes it happen once when it comes many times at once, at two instances', async () => {
    const second = await TestApp.start({ env: database().env, clock });
    try {
      const [key, vendor] = [newKey(), aVendor()];
      const all = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          request(n % 2 ? app.http : second.http)
            .post(`/api/v1${PATH}`)
            .set('Authorization', `Bearer ${api.token}`)
            .set('Idempotency-Key', key)
            .send(vendor),
        ),
      );
      const made = all.filter(({ status }) => status === 201);
      const underWay = all.filter(({ body }) => body.code === 'IDEMPOTENCY.UNDER_WAY');

      expect(made.length).toBeGreaterThan(0);
      expect(new Set(made.map(({ text }) => text)).size).toBe(1);
      expect(made.filter(({ headers }) => !headers['idempotency-replayed'])).toHaveLength(1);
      expect(made.length + underWay.length).toBe(12);
      expect(await vendors(vendor.name)).toBe(1);
    } finally {
      await second.stop();
    }
  });

  it('is answered 409 while the first is being handled', async () => {
    const [key, vendor] = [newKey(), aVendor()];
    const service = app.nest.get(VendorService);
    const create = service.create.bind(service);
    const signals = new EventEmitter();
    const hasBegun = once(signals, 'begun');
    const mayGoOn = once(signals, 'go on');
    jest.spyOn(service, 'create').mockImplementation(async (input) => {
      signals.emit('begun');
      await mayGoOn;
      return create(input);
    });
    const first = post(key, vendor).then((response) => response);
    await hasBegun;
    const second = await post(key, vendor);
    signals.emit('go on');

    expect(second.status).toBe(409);
    expect(second.body.code).toBe('IDEMPOTENCY.UNDER_WAY');
    expect(second.headers['retry-after']).toBe('1');
    expect((await first).status).toBe(201);
    expect((await post(key, vendor)).status).toBe(201);
  });

  it('is free again after a fault of ours', async () => {
    const [key, vendor] = [newKey(), aVendor()];
    const service = app.nest.get(VendorService);
    const fault = jest.spyOn(service, 'create').mockRejectedValue(new Error('a fault'));
    jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect((await post(key, vendor)).status).toBe(500);
    fault.mockRestore();

    expect((await post(key, vendor)).status).toBe(201);
  });

  it('is free again two minutes after the process that handled it died', async () => {
    const [key, vendor] = [newKey(), aVendor()];
    const content = `/api/v1${PATH}\n${JSON.stringify(vendor)}`;
    const store = app.nest.get(IdempotentAnswers);
    const dead = await store.begin(await tokenId(), key, content);
    expect((await post(key, vendor)).body.code).toBe('IDEMPOTENCY.UNDER_WAY');
    await clock.skip(LEASE_MS - 1);
    expect((await post(key, vendor)).status).toBe(409);
    await clock.skip(1);
    const taken = await post(key, vendor);

    expect(taken.status).toBe(201);
    // It was slow and not dead: what it has to say comes too late.
    const late = { status: 500, contentType: 'text/plain', location: null, body: 'late' };
    if ('turn' in dead) {
      await store.keep(dead.turn, late);
      await store.giveUp(dead.turn);
    }
    expect((await post(key, vendor)).text).toBe(taken.text);
  });

  it('is kept for 24 hours, and swept then', async () => {
    const [key, vendor] = [newKey(), aVendor()];
    await post(key, vendor);
    await clock.skip(DAY_MS - 1);
    expect((await post(key, vendor)).status).toBe(201);
    await app.nest.get(IdempotentAnswers).sweep();
    expect(await answers().count()).toBeGreaterThan(0);
    await clock.skip(1);

    const anew = await post(key, vendor);
    expect([anew.status, anew.body.code]).toEqual([409, 'VENDOR.ALREADY_EXISTS']);
    await clock.skip(DAY_MS);
    await app.nest.get(IdempotentAnswers).sweep();
    expect(await answers().count()).toBe(0);
  });

  it('of a request whose answer is too long to keep is not handled twice', async () => {
    const vendor = { ...aVendor(), comments: '"'.repeat(10_000), contact: '"'.repeat(1000) };
    const service = app.nest.get(VendorService);
    const create = service.create.bind(service);
    jest
      .spyOn(service, 'create')
      .mockImplementation(async (input) =>
        Object.assign(await create(input), { comments: '"'.repeat(40_000) }),
      );
    const key = newKey();
    expect((await post(key, vendor)).status).toBe(201);
    const again = await post(key, vendor);

    expect([again.status, again.body.code]).toEqual([409, 'IDEMPOTENCY.NOT_KEPT']);
    expect(await vendors(vendor.name)).toBe(1);
  });

  it.each([
    ['of no character', ''],
    ['of 256 characters', 'x'.repeat(256)],
    ['with a space', 'a b'],
    ['of other letters', 'clé'],
  ])('%s is refused by name', async (_what, key) => {
    const vendor = aVendor();
    const { status, body } = await post(key, vendor);

    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ field: 'Idempotency-Key' }]);
    expect(await vendors(vendor.name)).toBe(0);
  });

  it('may be what SQL or HTML would mind, and is stored as a hash alone', async () => {
    const [key, vendor] = [`'";--<script>%00${newKey()}`, aVendor()];
    expect((await post(key, vendor)).status).toBe(201);
    expect((await post(key, vendor)).headers['idempotency-replayed']).toBe('true');

    const row = (await answers().find()).find(({ body }) => body?.includes(vendor.name));
    expect(row?.keyHash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(row)).not.toContain('<script>');
  });

  it('lets who may not use the route learn and spend nothing', async () => {
    const [key, vendor] = [newKey(), aVendor()];
    expect((await post(key, vendor, await app.api('read'))).status).toBe(403);
    expect((await post(key, vendor)).status).toBe(201);
  });

  it('changes nothing of other methods', async () => {
    const key = newKey();
    for (const search of ['a', 'b']) {
      const get = await api.get(`${PATH}?search=${search}`).set('Idempotency-Key', key);
      expect(get.status).toBe(200);
    }
  });

  it('is described for every POST of the API', async () => {
    const { body } = await request(app.http).get('/api/openapi.json');
    const posts = Object.keys(RIGHTS).filter((route) => route.startsWith('POST /api/v1/'));
    const described = posts.filter((route) => {
      const path = route.slice('POST '.length).replaceAll(/:(\w+)/g, '{$1}');
      const { parameters } = body.paths[path].post as { parameters: { name: string }[] };
      return parameters.some(({ name }) => name === 'Idempotency-Key');
    });

    expect(posts.length).toBeGreaterThan(5);
    expect(described).toEqual(posts);
  });
});

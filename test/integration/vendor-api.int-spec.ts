import request from 'supertest';
import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { EngineService } from '../../src/vendor/engine.service.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';
import { type ApiClient, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aVendor } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';

/** Bad bodies: what is wrong, the field that is named, and what the message says. */
const BAD: readonly (readonly [string, object, string, RegExp])[] = [
  ['an empty name', { name: '' }, 'name', /1 to 255/],
  ['a blank name', { name: '  ' }, 'name', /1 to 255/],
  ['a name that is no text', { name: 7 }, 'name', /1 to 255/],
  ['null as name', { name: null }, 'name', /1 to 255/],
  ['white space before the name', { name: ' Bad' }, 'name', /white space.*databases disagree/],
  ['white space after the name', { name: 'Bad ' }, 'name', /white space.*databases disagree/],
  ['a no-break space after the name', { name: 'Bad\u00a0' }, 'name', /white space/],
  ['a name of 300', { name: 'x'.repeat(300) }, 'name', /255/],
  ['a name that fits only by class-validator', { name: `x${'\ufe0f'.repeat(300)}` }, 'name', /255/],
  ['a name of two lines', { name: 'a\nb' }, 'name', /one line/],
  ['half a character', { name: 'a\ud800' }, 'name', /control/],
  ['a contact of 1,001', { contact: 'x'.repeat(1001) }, 'contact', /1,000/],
  ['null as contact', { contact: null }, 'contact', /1,000/],
  ['a contact that is no text', { contact: {} }, 'contact', /1,000/],
  ['comments of 10,001', { comments: 'x'.repeat(10_001) }, 'comments', /10,000/],
  ['comments with a zero byte', { comments: 'a\u0000' }, 'comments', /10,000/],
  ['an unknown field', { colour: 'red' }, 'colour', /unknown field/],
  ['a field that is read only', { matched: true }, 'matched', /unknown field/],
];

describeOnEachDatabase('the JSON of vendors', (database) => {
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

  const rows = () => app.nest.get(UnitOfWork).repository(Vendor).find();

  it('adds one, and answers it as it stands', async () => {
    const given = { name: 'Dr.Web', contact: 'vms@drweb.example', comments: 'two\nlines' };

    const response = await api.post('/vendors', given);

    expect(response.status).toBe(201);
    const { id } = response.body.data;
    expect(response.body).toEqual({
      data: {
        id: expect.stringMatching(/^\d+$/),
        ...given,
        matched: false,
        nearMisses: [],
        contactState: 'unverified',
        contactStateAt: null,
        contactStateBy: null,
        createdAt: clock.now().toISOString(),
        updatedAt: clock.now().toISOString(),
      },
    });
    expect((await api.get(`/vendors/${id}`)).body).toEqual(response.body);
  });

  it('takes a name alone', async () => {
    const response = await api.post('/vendors', { name: 'Alone' });

    expect(response.status).toBe(201);
    expect(response.body.data).toMatchObject({ contact: '', comments: '' });
  });

  it('tells whether an engine of that very name was seen', async () => {
    await app.nest.get(EngineService).ensure(['Seen'], clock.now());
    await aVendor(app, { name: 'Seen', comments: 'matching' });
    await aVendor(app, { name: 'seen', comments: 'matching' });

    const { body } = await api.get('/vendors?search=matching');

    expect(body.data).toMatchObject([
      { name: 'Seen', matched: true },
      { name: 'seen', matched: false },
    ]);
  });

  it('changes any subset, and says when', async () => {
    const { id, name } = await aVendor(app, { comments: 'c' });
    await clock.skip(5000);

    const response = await api.patch(`/vendors/${id}`, { contact: 'new' });

    expect(response.status).toBe(200);
    expect(response.body.data).toMatchObject({
      name,
      contact: 'new',
      comments: 'c',
      updatedAt: clock.now().toISOString(),
    });
    expect(response.body.data.createdAt).not.toBe(response.body.data.updatedAt);
  });

  it('marks the contact, that of the same change if there is one; the server says when and who', async () => {
    const { id } = await aVendor(app, { contact: 'old' });
    await clock.skip(5000);
    const states = ['contactState', 'contactStateAt', 'contactStateBy'];
    const patch = async (body: object) => {
      const { status, body: answer } = await api.patch(`/vendors/${id}`, body);
      return [
        status,
        ...states.map((name) => (answer.data as Record<string, unknown> | undefined)?.[name]),
      ];
    };
    const [at, by] = [clock.now().toISOString(), expect.stringMatching(/^token /)];

    expect(await patch({ contactState: 'verified' })).toEqual([200, 'verified', at, by]);
    expect(await patch({ comments: 'c' })).toEqual([200, 'verified', at, by]);
    expect(await patch({ contact: 'new' })).toEqual([200, 'unverified', null, null]);
    expect(await patch({ contact: 'newer', contactState: 'bounced' })).toEqual([
      ...[200, 'bounced', at, by],
    ]);
    expect(await patch({ contactState: 'unverified' })).toEqual([200, 'unverified', null, null]);
    const refused = [{ contactState: 'tried' }, { contactState: null }, { contactStateBy: 'me' }];
    for (const body of refused) expect((await patch(body))[0]).toBe(422);

    const reader = await app.api('read');
    const { status } = await reader.patch(`/vendors/${id}`, { contactState: 'verified' });
    expect(status).toBe(403);
    const lines = await app.nest
      .get(UnitOfWork)
      .repository(AuditEntry)
      .find({ where: { subjectKind: 'vendor', subjectId: String(id) }, order: { id: 'ASC' } });
    expect(
      lines.map(({ action, valuesAfter }) => [action, JSON.parse(valuesAfter ?? '{}')]),
    ).toEqual([
      ['vendor.created', expect.anything()],
      ['vendor.contact_marked', { contactState: 'verified', contact: 'old' }],
      ['vendor.changed', { comments: 'c' }],
      ['vendor.changed', { contact: 'new' }],
      ['vendor.changed', { contact: 'newer' }],
      ['vendor.contact_marked', { contactState: 'bounced', contact: 'newer' }],
      ['vendor.contact_marked', { contactState: 'unverified', contact: 'newer' }],
    ]);
  });

  it('deletes one', async () => {
    const { id } = await aVendor(app);

    expect((await api.delete(`/vendors/${id}`)).status).toBe(204);
    expect((await api.delete(`/vendors/${id}`)).status).toBe(404);
    expect((await api.get(`/vendors/${id}`)).status).toBe(404);
  });

  it.each(BAD)('refuses %s, adding and changing, and stores nothing', async (...row) => {
    const [, wrong, field, says] = row;
    const { id } = await aVendor(app);
    const before = await rows();

    const added = await api.post('/vendors', { name: 'Fine', contact: 'fine', ...wrong });
    const changed = await api.patch(`/vendors/${id}`, { contact: 'fine', ...wrong });

    for (const response of [added, changed]) {
      expect(response.status).toBe(422);
      expect(response.type).toBe('application/problem+json');
      expect(response.body.errors).toEqual([{ field, message: expect.stringMatching(says) }]);
    }
    expect(await rows()).toEqual(before);
  });

  it('refuses a vendor without a name', async () => {
    const response = await api.post('/vendors', { contact: 'x' });

    expect(response.status).toBe(422);
    expect(response.body.errors).toMatchObject([{ field: 'name' }]);
  });

  it('refuses a name that there is, adding and changing', async () => {
    const first = await aVendor(app, { name: 'There' });
    const { id } = await aVendor(app);
    const before = await rows();

    const added = await api.post('/vendors', { name: 'There' });
    const changed = await api.patch(`/vendors/${id}`, { name: 'There' });

    for (const response of [added, changed]) {
      expect(response.status).toBe(409);
      expect(response.body).toMatchObject({
        code: 'VENDOR.ALREADY_EXISTS',
        vendorId: String(first.id),
        errors: [{ field: 'name', message: expect.stringContaining('“There”') }],
      });
    }
    expect(await rows()).toEqual(before);
    expect((await api.post('/vendors', { name: 'there' })).status).toBe(201);
  });

  it('does not know what is not there', async () => {
    for (const id of ['999999', '0', 'x', '99999999999']) {
      expect((await api.get(`/vendors/${id}`)).status).toBe(404);
      expect((await api.patch(`/vendors/${id}`, { name: 'x' })).status).toBe(404);
      expect((await api.delete(`/vendors/${id}`)).status).toBe(404);
    }
  });

  it('tells JSON that does not parse', async () => {
    const before = await rows();
    const response = await request(app.http)
      .post('/api/v1/vendors')
      .set('Authorization', `Bearer ${api.token}`)
      .type('json')
      .send('{"name": "x"');

    expect(response.status).toBe(400);
    expect(response.type).toBe('application/problem+json');
    expect(await rows()).toEqual(before);
  });

  it('lists page by page, and refuses what no query takes', async () => {
    for (let i = 0; i < 5; i += 1) await aVendor(app, { name: `Paged ${i}` });
    const names: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const { body } = await api.get(
        `/vendors?search=paged&limit=2${next === '' ? '' : `&cursor=${next}`}`,
      );
      expect(body.meta).toMatchObject({ total: 5, limit: 2 });
      names.push(...body.data.map(({ name }: { name: string }) => name));
      next = body.meta.nextCursor;
    }

    expect(names).toEqual(['Paged 0', 'Paged 1', 'Paged 2', 'Paged 3', 'Paged 4']);
    for (const [query, field] of [
      ['limit=x', 'limit'],
      ['cursor=zzz', 'cursor'],
      ['colour=red', 'colour'],
      ['search=a&search=b', 'search'],
    ]) {
      const response = await api.get(`/vendors?${query}`);
      expect(response.status).toBe(422);
      expect(response.body.errors).toMatchObject([{ field }]);
    }
  });
});

import fc from 'fast-check';
import request from 'supertest';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Platform } from '../../src/platform/platform.entity.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { type ContactState, Vendor } from '../../src/vendor/vendor.entity.js';
import { vendorNameComplaint } from '../../src/vendor/vendor-name.rules.js';
import { SOMETHING_SEEN } from '../../src/web/seen-text.rules.js';
import { VendorService } from '../../src/vendor/vendor.service.js';
import { type ApiClient, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { sendFile } from '../support/import-file.js';

/** What breaks files, spreadsheets and databases. */
const HOSTILE = [
  ...['=', '+', '-', '@', "'", '"', '""', ',', ';', '|', '\\', '{', '[', '<b>', '＝', 'ﬀ'],
  ...['a', 'B', 'ä', 'a\u0308', '😀', '\u200d', '\ufeff', ' ', '0', 'true', 'null'],
];
const line = (maxLength: number) =>
  fc.array(fc.constantFrom(...HOSTILE), { maxLength }).map((parts) => parts.join(''));
const lines = fc
  .array(fc.constantFrom(...HOSTILE, '\t', '\n', '\r\n', '\r'), { maxLength: 8 })
  .map((parts) => parts.join(''));

const vendors = fc.uniqueArray(
  fc.record({
    name: line(6).filter((name) => vendorNameComplaint(name) === null),
    contact: lines,
    comments: lines,
    mark: fc.option(
      fc.record({
        state: fc.constantFrom<ContactState>('verified', 'bounced'),
        by: line(4).filter((by) => by.trim() !== ''),
      }),
    ),
  }),
  { selector: ({ name }) => name, maxLength: 12 },
);
const text = line(6).map((words) => words.trim());
const platforms = fc.array(
  fc.record({
    name: text.filter((name) => SOMETHING_SEEN.test(name)),
    path: fc.constantFrom('', '?q=1', "#'", '?a=b,"c"', '/%2C'),
    active: fc.boolean(),
    ownerName: text,
    ownerEmail: fc.constantFrom('', 'a@b.example', '+x@b.example', '=y@b.example', "'-z@b.example"),
    tags: fc.uniqueArray(
      text.map((tag) => tag.replaceAll(',', '').trim()).filter((tag) => tag !== ''),
      { maxLength: 3 },
    ),
    notes: lines,
    isArchived: fc.boolean(),
  }),
  { maxLength: 8 },
);

jest.setTimeout(60_000);

describeOnEachDatabase('an export', (database) => {
  let app: TestApp;
  let api: ApiClient;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    api = await app.api('write');
  });
  afterAll(async () => {
    await app.stop();
  });

  const rows = <T extends object>(entity: new () => T) =>
    app.nest.get(UnitOfWork).repository(entity);
  const wipe = (entity: new () => object) =>
    app.nest.get(UnitOfWork).run(() => rows(entity).deleteAll());
  const exported = async (kind: string, query: object) => {
    const answer = await request(app.http)
      .get(`/api/v1/${kind}/export`)
      .query(query)
      .set('Authorization', `Bearer ${api.token}`)
      .buffer(true)
      .parse((response, done) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          done(null, Buffer.concat(chunks));
        });
      });
    return (answer.body as Buffer).toString();
  };
  /** Whole rows, but for what an import sets anew: ids, and when a row was made and changed. */
  const table = async (entity: typeof Vendor | typeof Platform) =>
    (await rows<Vendor | Platform>(entity).find({ order: { id: 'ASC' } })).map((row) => {
      return Object.assign({}, row, { id: 0, createdAt: 0, updatedAt: 0 });
    });

  it.each(['csv', 'json'])(
    'of vendors as %s, wiped and imported, gives an equal table',
    async (format) => {
      await fc.assert(
        fc.asyncProperty(vendors, async (given) => {
          await wipe(Vendor);
          const service = app.nest.get(VendorService);
          for (const { mark, ...vendor } of given) {
            const { id, contact } = await service.create(vendor);
            if (mark) await service.markContact(id, mark, contact);
          }
          const before = await table(Vendor);
          const file = await exported('vendors', { format });
          if (format === 'csv') expectNoFormula(file);
          const type = format === 'csv' ? 'text/csv' : 'application/json';
          const dry = await sendFile(app, api, '/vendors/import', file, { type, dryRun: true });
          expect(dry.body.data.counts).toMatchObject({ total: given.length, same: given.length });

          await wipe(Vendor);
          const bom = format === 'csv' ? '\ufeff' : '';
          const { status } = await sendFile(app, api, '/vendors/import', bom + file, { type });

          expect(status).toBe(200);
          expect(await table(Vendor)).toEqual(before);
        }),
        { numRuns: 12 },
      );
    },
  );

  it.each(['csv', 'json'])(
    'of platforms as %s, wiped and imported, gives an equal table',
    async (format) => {
      await fc.assert(
        fc.asyncProperty(platforms, async (given) => {
          await wipe(Platform);
          const service = app.nest.get(PlatformService);
          for (const [index, { path, isArchived, ...platform }] of given.entries()) {
            const url = `https://p${index}.example.org/x${path}`;
            const { id } = await service.create({ ...platform, url });
            if (isArchived) await service.archive(id);
          }
          const before = await table(Platform);
          const file = await exported('platforms', { format, archived: true });
          if (format === 'csv') expectNoFormula(file);
          const type = format === 'csv' ? 'text/csv' : 'application/json';
          const dry = await sendFile(app, api, '/platforms/import', file, { type, dryRun: true });
          expect(dry.body.data.counts).toMatchObject({ total: given.length, same: given.length });

          await wipe(Platform);
          const { status } = await sendFile(app, api, '/platforms/import', file, { type });

          expect(status).toBe(200);
          expect(await table(Platform)).toEqual(before);
        }),
        { numRuns: 10 },
      );
    },
  );

  it('has archived platforms only when asked, and an import brings them back only when told so', async () => {
    await wipe(Platform);
    const service = app.nest.get(PlatformService);
    const there = await service.create({ name: 'There', url: 'https://there.example/' });
    const gone = await service.create({ name: 'Gone', url: 'https://gone.example/', notes: 'n' });
    await service.archive(gone.id);
    const send = (file: string, dryRun = false) =>
      sendFile(app, api, '/platforms/import', file, { dryRun });
    const archivedAt = async (id: number) => (await service.get(id)).archivedAt;

    const plain = await exported('platforms', { format: 'csv' });
    expect(plain).not.toContain('Gone');
    expect(plain).not.toContain('archivedAt');
    expect(JSON.parse(await exported('platforms', { format: 'json', archived: 'true' }))).toEqual({
      data: [
        expect.objectContaining({ name: 'There', active: true, archivedAt: null }),
        expect.objectContaining({ name: 'Gone', active: false, archivedAt: expect.any(String) }),
      ],
    });

    // What is archived here may change, and stays archived.
    const at = '2026-01-02T03:04:05.678Z';
    const before = await archivedAt(gone.id);
    const renamed = await send(`name,url,archivedAt\nOld,https://gone.example/,${at}\n`);
    expect(renamed.body.data.counts).toMatchObject({ new: 0, changed: 1 });
    expect(await service.get(gone.id)).toMatchObject({
      name: 'Old',
      notes: 'n',
      isActive: false,
      archivedAt: before,
    });
    // What is monitored here is not archived by a file, which would end its alerts.
    const refused = await send(`name,url,archivedAt\nThere,https://there.example/,${at}\n`);
    expect(refused.body).toMatchObject({ errors: [{ line: 2, field: 'archivedAt' }] });
    expect(await archivedAt(there.id)).toBeNull();
    const bad = await send(
      'name,url,active,archivedAt\n' +
        `A,https://a.example/,true,${at}\n` +
        'B,https://b.example/,,yesterday\n' +
        'C,https://c.example/,,2026-02-30T00:00:00Z\n',
    );
    expect(bad.body.errors).toMatchObject([2, 3, 4].map((line) => ({ line, field: 'archivedAt' })));
    // A file that does not say so brings it back, as adding it by hand does.
    await send('name,url,archivedAt\nBack,https://gone.example/,\n');
    expect(await service.get(gone.id)).toMatchObject({ name: 'Back', notes: '', archivedAt: null });
  });
});

/** By hand, not by what wrote it: a cell is quoted, with quotes doubled, or ends at a comma. */
function expectNoFormula(file: string): void {
  const cells = file.matchAll(/"((?:[^"]|"")*)"|[^,"\r\n]+/g);
  const texts = [...cells].map(([cell, quoted]) => quoted?.replaceAll('""', '"') ?? cell);
  expect(texts.filter((text) => /^(\s*[=+\-@＝]|[\t\r])/.test(text))).toEqual([]);
}

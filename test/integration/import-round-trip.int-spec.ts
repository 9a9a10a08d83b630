import fc from 'fast-check';
import request from 'supertest';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Platform } from '../../src/platform/platform.entity.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';
import { vendorNameComplaint } from '../../src/vendor/vendor-name.rules.js';
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
  }),
  { selector: ({ name }) => name, maxLength: 12 },
);
const text = line(6).map((words) => words.trim());
const platforms = fc.array(
  fc.record({
    name: text.filter((name) => name !== ''),
    path: fc.constantFrom('', '?q=1', "#'", '?a=b,"c"', '/%2C'),
    active: fc.boolean(),
    ownerName: text,
    ownerEmail: fc.constantFrom('', 'a@b.example', '+x@b.example', '=y@b.example', "'-z@b.example"),
    tags: fc.uniqueArray(
      text.map((tag) => tag.replaceAll(',', '').trim()).filter((tag) => tag !== ''),
      { maxLength: 3 },
    ),
    notes: lines,
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
  const exported = async (kind: string, format: string) => {
    const answer = await request(app.http)
      .get(`/api/v1/${kind}/export`)
      .query({ format })
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
  const vendorTable = async () =>
    (await rows(Vendor).find({ order: { id: 'ASC' } })).map(({ name, contact, comments }) => {
      return { name, contact, comments };
    });
  const platformTable = async () =>
    (await rows(Platform).find({ order: { id: 'ASC' } })).map(
      ({ name, url, urlKey, isActive, ownerName, ownerEmail, tags, notes }) => {
        return { name, url, urlKey, isActive, ownerName, ownerEmail, tags, notes };
      },
    );

  it.each(['csv', 'json'])(
    'of vendors as %s, wiped and imported, gives an equal table',
    async (format) => {
      await fc.assert(
        fc.asyncProperty(vendors, async (given) => {
          await wipe(Vendor);
          for (const vendor of given) await app.nest.get(VendorService).create(vendor);
          const before = await vendorTable();
          const file = await exported('vendors', format);
          if (format === 'csv') expectNoFormula(file);
          const type = format === 'csv' ? 'text/csv' : 'application/json';
          const dry = await sendFile(app, api, '/vendors/import', file, { type, dryRun: true });
          expect(dry.body.data.counts).toMatchObject({ total: given.length, same: given.length });

          await wipe(Vendor);
          const { status } = await sendFile(app, api, '/vendors/import', file, { type });

          expect(status).toBe(200);
          expect(await vendorTable()).toEqual(before);
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
          for (const [index, { path, ...platform }] of given.entries()) {
            const url = `https://p${index}.example.org/x${path}`;
            await app.nest.get(PlatformService).create({ ...platform, url });
          }
          const before = await platformTable();
          const file = await exported('platforms', format);
          if (format === 'csv') expectNoFormula(file);
          const type = format === 'csv' ? 'text/csv' : 'application/json';
          const dry = await sendFile(app, api, '/platforms/import', file, { type, dryRun: true });
          expect(dry.body.data.counts).toMatchObject({ total: given.length, same: given.length });

          await wipe(Platform);
          const { status } = await sendFile(app, api, '/platforms/import', file, { type });

          expect(status).toBe(200);
          expect(await platformTable()).toEqual(before);
        }),
        { numRuns: 10 },
      );
    },
  );
});

/** By hand, not by what wrote it: a cell is quoted, with quotes doubled, or ends at a comma. */
function expectNoFormula(file: string): void {
  const cells = file.matchAll(/"((?:[^"]|"")*)"|[^,"\r\n]+/g);
  const texts = [...cells].map(([cell, quoted]) => quoted?.replaceAll('""', '"') ?? cell);
  expect(texts.filter((text) => /^(\s*[=+\-@＝]|[\t\r])/.test(text))).toEqual([]);
}

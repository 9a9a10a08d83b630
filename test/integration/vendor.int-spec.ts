import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';
import { VendorExistsError, VendorNameError } from '../../src/vendor/vendor.errors.js';
import { VendorService } from '../../src/vendor/vendor.service.js';
import { NotFoundError } from '../../src/web/domain-error.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aVendor } from '../support/factories.js';

/** One name to a reader, five to a machine. */
const LOOKALIKES = [
  'Kaspersky',
  'kaspersky',
  'Káspersky',
  'Ka\u0301spersky',
  'Ｋａｓｐｅｒｓｋｙ',
] as const;

describeOnEachDatabase('vendors', (database) => {
  let app: TestApp;
  let vendors: VendorService;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    vendors = app.nest.get(VendorService);
  });
  afterAll(async () => {
    await app.stop();
  });
  beforeEach(async () => {
    await unitOfWork().run(() => unitOfWork().repository(Vendor).deleteAll());
  });

  const unitOfWork = () => app.nest.get(UnitOfWork);
  const count = () => unitOfWork().repository(Vendor).count();

  it('whose names differ in case, accent, Unicode form or width alone are different ones', async () => {
    for (const name of LOOKALIKES) await aVendor(app, { name, contact: `of ${name}` });

    for (const name of LOOKALIKES) {
      const found = await vendors.findByNames([name]);
      expect([...found].map(([key, vendor]) => [key, vendor.name, vendor.contact])).toEqual([
        [name, name, `of ${name}`],
      ]);
      await expect(aVendor(app, { name })).rejects.toThrow(VendorExistsError);
    }
    expect((await vendors.findByNames(LOOKALIKES)).size).toBe(LOOKALIKES.length);
    expect(await count()).toBe(LOOKALIKES.length);
  });

  it.each(LOOKALIKES)('are not found by a name that only looks the same as %s', async (kept) => {
    await aVendor(app, { name: kept });
    const others = [
      ...LOOKALIKES.filter((name) => name !== kept),
      `${kept} `,
      `${kept}   `,
      ` ${kept}`,
      `${kept}\u00a0`,
      'KASPERSKY',
    ];

    expect(await vendors.findByNames(others)).toEqual(new Map());
    expect((await vendors.findByNames([...others, kept])).size).toBe(1);
  });

  it('are found by many names at once, in one answer', async () => {
    await aVendor(app, { name: 'a' });
    await aVendor(app, { name: 'b' });
    const many = Array.from({ length: 1200 }, (_, i) => `none ${i}`);

    const found = await vendors.findByNames(['b', ...many, 'a', 'b']);

    expect([...found.keys()].sort()).toEqual(['a', 'b']);
    expect(await vendors.findByNames([])).toEqual(new Map());
  });

  it('keep their texts exactly as given', async () => {
    const given = {
      name: '😀'.repeat(255),
      contact: ` ${'\u{1f600}'.repeat(998)}\n`,
      comments: `Ka\u0301 '"\\% ${'\u{1f600}'.repeat(9000)}`,
    };
    const { id } = await aVendor(app, given);

    expect(await vendors.get(id)).toMatchObject(given);
  });

  it('refuse a bad name whoever calls', async () => {
    const { id } = await aVendor(app, { name: 'good' });

    await expect(vendors.create({ name: 'bad ' })).rejects.toThrow(VendorNameError);
    await expect(vendors.update(id, { name: '' })).rejects.toThrow(VendorNameError);
    expect(await count()).toBe(1);
  });

  it('change in what is given alone, and are told from the one that has the name', async () => {
    const { id, createdAt } = await aVendor(app, { name: 'A', contact: 'c', comments: 'd' });
    const other = await aVendor(app, { name: 'B' });

    await vendors.update(id, { comments: '' });
    await expect(vendors.update(id, { name: 'B' })).rejects.toMatchObject({
      kind: 'conflict',
      details: { fields: [{ field: 'name' }], extra: { vendorId: String(other.id) } },
    });
    await vendors.update(id, { name: 'a' });

    expect(await vendors.get(id)).toMatchObject({
      name: 'a',
      contact: 'c',
      comments: '',
      createdAt,
    });
    await expect(vendors.update(id + 1000, {})).rejects.toThrow(NotFoundError);
  });

  it('are deleted once, and their name is free again', async () => {
    const { id } = await aVendor(app, { name: 'A' });

    await vendors.delete(id);

    await expect(vendors.get(id)).rejects.toThrow(NotFoundError);
    await expect(vendors.delete(id)).rejects.toThrow(NotFoundError);
    await aVendor(app, { name: 'A' });
  });

  it('added with one name at the same moment are one; the others are told so', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, () => vendors.create({ name: 'Racer' })),
    );

    const lost = outcomes.flatMap((o) => (o.status === 'rejected' ? [o.reason as unknown] : []));
    expect(lost).toHaveLength(11);
    for (const reason of lost) expect(reason).toBeInstanceOf(VendorExistsError);
    expect(await count()).toBe(1);
  });

  it('renamed to one name at the same moment: one has it, the others are told so', async () => {
    const racers = [await aVendor(app), await aVendor(app), await aVendor(app)];

    const outcomes = await Promise.allSettled(
      racers.map(({ id }) => vendors.update(id, { name: 'Racer' })),
    );

    const lost = outcomes.flatMap((o) => (o.status === 'rejected' ? [o.reason as unknown] : []));
    expect(lost).toHaveLength(2);
    for (const reason of lost) expect(reason).toBeInstanceOf(VendorExistsError);
  });

  it('added twice in one unit of work: what came before is undone with it', async () => {
    const failure = unitOfWork().run(async () => {
      await vendors.create({ name: 'first' });
      await vendors.create({ name: 'twice' });
      await vendors.create({ name: 'twice' });
    });

    await expect(failure).rejects.toThrow(VendorExistsError);
    expect(await count()).toBe(0);
  });

  it('are searched in name, contact and comments, with signs taken as they are', async () => {
    await aVendor(app, { name: 'Ävira 100%', contact: 'Mail@avira.example' });
    await aVendor(app, { name: 'Dr.Web', comments: 'answers in_two days!' });
    const names = async (search: string) =>
      (await vendors.list({ search }, {})).items.map(({ name }) => name);

    expect(await names('VIRA')).toEqual(['Ävira 100%']);
    expect(await names('Ä')).toEqual(['Ävira 100%']);
    expect(await names('%')).toEqual(['Ävira 100%']);
    expect(await names('mail@')).toEqual(['Ävira 100%']);
    expect(await names('_')).toEqual(['Dr.Web']);
    expect(await names('nobody')).toEqual([]);
  });

  it('200 of them are paged whole and once while others come and go', async () => {
    const name = (i: number) => `${i % 2 ? 'V' : 'v'}${String(i).padStart(3, '0')}é`;
    const made: number[] = [];
    for (let i = 0; i < 200; i += 1) made.push((await aVendor(app, { name: name(i) })).id);
    const seen: Vendor[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await vendors.list({}, { limit: 7, cursor });
      seen.push(...page.items);
      cursor = page.nextCursor ?? undefined;
      // One comes before all, one right after the last shown, and one that was shown goes.
      await aVendor(app, { name: `A${pages}` });
      const last = page.items.at(-1)!;
      await aVendor(app, { name: `${last.name}+` });
      await vendors.delete(page.items[0]!.id);
      pages += 1;
    } while (cursor !== undefined && pages < 200);

    const ids = seen.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(made));
    const points = (text: string) => Buffer.from(text);
    const sorted = seen.map((v) => v.name).sort((a, b) => points(a).compare(points(b)));
    expect(seen.map((v) => v.name)).toEqual(sorted);
  });
});

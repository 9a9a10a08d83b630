import { transactionContext } from '../../src/database/transaction-context.js';
import { CatalogueFile } from '../../src/vendor/catalogue-file.js';
import type { CatalogueEntry } from '../../src/vendor/catalogue.rules.js';
import { CatalogueService } from '../../src/vendor/catalogue.service.js';
import { VendorService } from '../../src/vendor/vendor.service.js';
import { type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';

describeOnEachDatabase('the catalogue of vendors', (database) => {
  let app: TestApp;
  let browser: Browser;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    browser = await app.browser('analyst');
  });
  beforeEach(async () => {
    for await (const part of vendors().names()) {
      for (const { id } of part) await vendors().delete(id);
    }
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    await app.stop();
  });

  const vendors = () => app.nest.get(VendorService);
  const count = async () => (await vendors().list({}, {})).total;
  const vendor = async (name: string) => (await vendors().findByNames([name])).get(name);
  const standings = async () => {
    const all = await app.nest.get(CatalogueService).differences();
    const counts: Record<string, number> = {};
    for (const { standing } of all) counts[standing] = (counts[standing] ?? 0) + 1;
    return counts;
  };
  /** A later release, which knows other things. */
  const release = async (change: (entry: CatalogueEntry) => Partial<CatalogueEntry>) => {
    const file = app.nest.get(CatalogueFile);
    const entries = await file.all();
    const changed = entries.map((entry) => ({ ...entry, ...change(entry) }));
    jest.spyOn(file, 'all').mockResolvedValue(changed);
  };

  it.each([
    ['current', 95],
    ['all', 144],
  ])('is offered on the empty page: %s', async (which, added) => {
    const { page } = await browser.open('/vendor');
    expect(page(`.empty button[name=which][value=${which}]`)).toHaveLength(1);
    expect(page('.empty').text()).toContain('Verify a contact before you write');

    const { response } = await browser.submit('/vendor', { which }, '/vendor/catalogue');

    expect(response.status).toBe(303);
    expect(await count()).toBe(added);
    expect(await vendor('Dr.Web')).toMatchObject({
      contact: 'vms@drweb.com; https://vms.drweb.com/sendvirus/',
      contactState: 'unverified',
    });
    expect(await standings()).toEqual({
      same: added,
      ...(added < 144 ? { new: 144 - added } : {}),
    });
    expect((await browser.open('/vendor')).page('.empty')).toHaveLength(0);
  });

  it('is looked through, and taken by choice', async () => {
    const { page } = await browser.open('/vendor/catalogue');
    expect(page('main h1, main')).toHaveLength(2);
    expect(page('input[name=names]')).toHaveLength(144);
    expect((await browser.submit('/vendor/catalogue', { which: 'chosen' })).response.status).toBe(
      422,
    );

    await browser.submit('/vendor/catalogue', { which: 'chosen', names: 'G-Data' });

    expect(await count()).toBe(1);
    const viewer = await (await app.browser('viewer')).open('/vendor/catalogue');
    expect(viewer.page('input[name=names], main button')).toHaveLength(0);
  });

  it('of a later release is a difference, which never overwrites an edit', async () => {
    await browser.submit('/vendor', { which: 'current' }, '/vendor/catalogue');
    const edited = (await vendor('Sophos'))!;
    await vendors().update(edited.id, { contact: 'mine@example.org' });
    await release(({ name }) =>
      ['Sophos', 'Kaspersky'].includes(name) ? { contact: 'new@example.org', digest: 'n' } : {},
    );
    expect(await standings()).toMatchObject({ changed: 1, edited: 1, new: 49 });
    const { page } = await browser.open('/vendor/catalogue');
    expect(page('input[name=names][value=Kaspersky]')).toHaveLength(1);
    expect(page('input[name=names][value=Sophos]')).toHaveLength(0);
    expect(page('main').text()).toContain('mine@example.org');

    // To add what is new changes nothing that is there.
    await browser.submit('/vendor/catalogue', { which: 'all' });
    expect((await vendor('Kaspersky'))?.contact).toContain('newvirus@kaspersky.com');
    await browser.submit('/vendor/catalogue', { which: 'chosen', names: 'Sophos' });
    expect((await vendor('Sophos'))?.contact).toBe('mine@example.org');

    await browser.submit('/vendor/catalogue', { which: 'chosen', names: 'Kaspersky' });
    expect(await vendor('Kaspersky')).toMatchObject({ contact: 'new@example.org' });
  });

  it('overwrites no edit of the moment in which a change is taken', async () => {
    await browser.submit('/vendor', { which: 'current' }, '/vendor/catalogue');
    const { id } = (await vendor('Kaspersky'))!;
    await release(({ name }) =>
      name === 'Kaspersky' ? { contact: 'new@example.org', digest: 'n' } : {},
    );
    let edit: Promise<unknown> = Promise.resolve();
    const find = vendors().findByNames.bind(vendors());
    jest.spyOn(vendors(), 'findByNames').mockImplementationOnce(async (names) => {
      const found = await find(names);
      // On SQLite nobody writes beside it: there the edit comes after, and stands as well.
      edit = transactionContext.exit(() => vendors().update(id, { contact: 'mine@example.org' }));
      if (database().kind === 'mysql') await edit;
      return found;
    });
    await app.nest.get(CatalogueService).take({ which: 'chosen', names: ['Kaspersky'] });

    await edit;
    expect(await vendor('Kaspersky')).toMatchObject({ contact: 'mine@example.org' });
  });

  it('fills a vendor that was added by its name alone', async () => {
    await vendors().create({ name: 'Kaspersky' });
    expect(await standings()).toMatchObject({ changed: 1, new: 143 });
  });

  it('does not take back a vendor that was deleted, but offers it again', async () => {
    await browser.submit('/vendor', { which: 'current' }, '/vendor/catalogue');
    await vendors().delete((await vendor('Sophos'))!.id);
    expect(await standings()).toEqual({ same: 94, new: 50 });
  });
});

import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { EngineService } from '../../src/vendor/engine.service.js';
import { VendorService } from '../../src/vendor/vendor.service.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';
import { type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aVendor } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';

/** Bad forms: what is wrong, the field by which the message stands, and what it says. */
const BAD: readonly (readonly [string, Record<string, string>, string, RegExp])[] = [
  ['an empty name', { name: '' }, 'name', /1 to 255/],
  ['white space before the name', { name: ' Bad' }, 'name', /white space.*databases disagree/],
  ['white space after the name', { name: 'Bad ' }, 'name', /white space.*databases disagree/],
  ['a name of 300', { name: 'x'.repeat(300) }, 'name', /255/],
  ['a name of two lines', { name: 'a\r\nb' }, 'name', /one line/],
  ['a contact of 1,001', { contact: 'x'.repeat(1001) }, 'contact', /1,000/],
  ['comments of 10,001', { comments: 'x'.repeat(10_001) }, 'comments', /10,000/],
];

const MARKUP = `<b data-x="1">'"&amp; {{name}} $t(app.name)</b>`;

describeOnEachDatabase('the pages of vendors', (database) => {
  let app: TestApp;
  let browser: Browser;
  const clock = new FakeClock();

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env, clock });
    browser = await app.browser('analyst');
  });
  afterAll(async () => {
    await app.stop();
  });

  const rows = () => app.nest.get(UnitOfWork).repository(Vendor).find();

  it('say what to do while there are none, with the form that adds one', async () => {
    const { response, page } = await browser.open('/vendor');

    expect(response.status).toBe(200);
    expect(page('h1').text()).toBe('Vendor');
    expect(page('main .empty')).toHaveLength(1);
    expect(page('#add form').attr('action')).toBe('/vendor');
    const viewer = await (await app.browser('viewer')).open('/vendor');
    expect(viewer.response.status).toBe(200);
    expect(viewer.page('main form')).toHaveLength(0);
  });

  it.each(['/vendor', '/vendor/new'])('add one by the form of %s, and say so', async (path) => {
    const name = `Added by ${path}`;

    const { response } = await browser.submit(path, { name, contact: 'a\r\nb', comments: '' });

    expect(response.status).toBe(303);
    expect(response.headers.location).toBe('/vendor');
    expect((await rows()).find((row) => row.name === name)).toMatchObject({ contact: 'a\nb' });
    const { page } = await browser.open('/vendor');
    expect(page('.alert').text()).toContain(`“${name}” was added`);
  });

  it('list each address of a contact on its own line, with how the contact stands', async () => {
    await aVendor(app, { name: 'Two ways', contact: 'fp@two.example; https://two.example/form' });
    const { page } = await browser.open('/vendor?search=Two+ways');
    const contact = page('td.is-contact');
    expect(
      contact
        .find('a')
        .map((_, link) => page(link).attr('href'))
        .toArray(),
    ).toEqual(['mailto:fp@two.example', 'https://two.example/form']);
    expect(contact.find('br')).toHaveLength(2);
    expect(contact.find('.badge').text()).toBe('Unverified');
    expect(page('#add').attr('open')).toBeUndefined();
  });

  it('link an address whole, whatever is in it', async () => {
    const contact = 'https://semicolon.example/report;type=fp; fp@semicolon.example';
    await aVendor(app, { name: 'Semicolon', contact });
    const { page } = await browser.open('/vendor?search=Semicolon');
    expect(page('td.is-contact a').first().attr('href')).toBe(
      'https://semicolon.example/report;type=fp',
    );
    expect(page('td.is-contact a').length).toBe(2);
  });

  it('show one, and whether VirusTotal knows its name', async () => {
    const { id } = await aVendor(app, { name: 'Shown', comments: 'c' });
    const before = await browser.open(`/vendor/${id}`);
    await app.nest.get(EngineService).ensure(['Shown'], new Date());
    const after = await browser.open(`/vendor/${id}`);

    expect(before.page('h1').text()).toBe('Shown');
    expect(before.page('dl').text()).toContain('no contact yet');
    expect(before.page('dl').text()).toContain('not returned an engine');
    expect(after.page('dl').text()).toContain('has returned an engine');
    expect(after.page('dl time')).toHaveLength(2);
    const viewer = await (await app.browser('viewer')).open(`/vendor/${id}`);
    expect(viewer.page(`a[href="/vendor/${id}/edit"]`)).toHaveLength(0);
  });

  it('edit one, and show what it holds', async () => {
    const { id } = await aVendor(app, { name: 'Before', contact: 'c', comments: 'd' });
    const { page } = await browser.open(`/vendor/${id}/edit`);
    expect(page('#field-name').val()).toBe('Before');
    expect(page('#field-contact').text()).toBe('c');
    expect(page('#field-comments').text()).toBe('d');

    const { response } = await browser.submit(`/vendor/${id}/edit`, {
      name: 'After',
      contact: '',
      comments: 'e',
    });

    expect(response.status).toBe(303);
    expect(response.headers.location).toBe(`/vendor/${id}`);
    expect((await rows()).find((row) => row.id === id)).toMatchObject({
      name: 'After',
      contact: '',
      comments: 'e',
    });
  });

  it('tell whoever edits one that somebody else did meanwhile, and what it says now', async () => {
    const { id } = await aVendor(app, { name: 'Shared', contact: 'old@a.example' });
    const { page: opened } = await browser.open(`/vendor/${id}/edit`);
    const seenAt = opened('input[name=seenAt]').attr('value') ?? '';
    clock.set(1000);
    await app.nest.get(VendorService).update(id, { contact: 'new@a.example' });
    const mine = { name: 'Shared', contact: 'old@a.example', comments: 'mine' };

    const { response, page } = await browser.submit(`/vendor/${id}/edit`, { ...mine, seenAt });

    expect(response.status).toBe(422);
    expect(page('.alert').text()).toContain('new@a.example');
    expect(page('#field-comments').text()).toBe('mine');
    expect((await rows()).find((row) => row.id === id)).toMatchObject({ contact: 'new@a.example' });
    const now = page('input[name=seenAt]').attr('value') ?? '';
    const again = await browser.submit(`/vendor/${id}/edit`, { ...mine, seenAt: now });
    expect(again.response.status).toBe(303);
    expect((await rows()).find((row) => row.id === id)).toMatchObject(mine);
  });

  it('say where they lie, by breadcrumbs', async () => {
    const { id, name } = await aVendor(app, { name: 'Deep' });
    const { page } = await browser.open(`/vendor/${id}/edit`);
    const crumbs = page('.breadcrumb li').toArray();
    expect(crumbs.map((crumb) => page(crumb).text().trim())).toEqual([
      'Vendor',
      name,
      page('h1').text().trim(),
    ]);
    expect(
      page('.breadcrumb a')
        .map((_, link) => page(link).attr('href'))
        .get(),
    ).toEqual(['/vendor', `/vendor/${id}`]);
    expect((await browser.open('/vendor')).page('.breadcrumb')).toHaveLength(0);
  });

  it('delete one after asking', async () => {
    const { id } = await aVendor(app, { name: 'Doomed' });
    const { page } = await browser.open(`/vendor/${id}/delete`);
    expect(page('h1').text()).toBe('Delete Doomed?');
    expect((await rows()).some((row) => row.id === id)).toBe(true);

    const { response } = await browser.submit(`/vendor/${id}/delete`, {});

    expect(response.status).toBe(303);
    expect(response.headers.location).toBe('/vendor');
    expect((await rows()).some((row) => row.id === id)).toBe(false);
    expect((await browser.open('/vendor')).page('.alert').text()).toContain('“Doomed” was deleted');
  });

  it.each(BAD)('refuse %s on every form, keep what was typed, store nothing', async (...row) => {
    const [, wrong, field, says] = row;
    const { id } = await aVendor(app);
    const before = await rows();

    for (const path of ['/vendor', '/vendor/new', `/vendor/${id}/edit`]) {
      const { response, page } = await browser.submit(path, {
        name: 'Typed name',
        contact: 'Typed contact',
        comments: 'Typed comments',
        ...wrong,
      });

      expect(response.status).toBe(422);
      expect(page('main h1')).toHaveLength(1);
      expect(page('[aria-invalid=true]').attr('name')).toBe(field);
      expect(page(`#error-${field}`).text()).toMatch(says);
      if (field !== 'contact') expect(page('#field-contact').text()).toBe('Typed contact');
      if (field !== 'name') expect(page('#field-name').val()).toBe('Typed name');
      expect(page(`form[method=post][action="${path}"]`)).toHaveLength(1);
      expect(await rows()).toEqual(before);
    }
  });

  it('refuse a name that there is, on every form', async () => {
    await aVendor(app, { name: 'There' });
    const { id } = await aVendor(app);
    const before = await rows();

    for (const path of ['/vendor', '/vendor/new', `/vendor/${id}/edit`]) {
      const { response, page } = await browser.submit(path, { name: 'There' });

      expect(response.status).toBe(422);
      expect(page('#field-name').attr('aria-invalid')).toBe('true');
      expect(page('#error-name').text()).toContain('“There”');
    }
    expect(await rows()).toEqual(before);
  });

  it('show every text as text', async () => {
    const contact = `${MARKUP} javascript:alert(1)`;
    const { id } = await aVendor(app, { name: MARKUP, contact, comments: `${MARKUP}</textarea>` });

    const list = await browser.open(`/vendor?search=${encodeURIComponent(MARKUP)}`);
    const show = await browser.open(`/vendor/${id}`);
    const edit = await browser.open(`/vendor/${id}/edit`);
    const remove = await browser.open(`/vendor/${id}/delete`);
    const again = await browser.submit('/vendor/new', { name: MARKUP, contact, comments: MARKUP });
    await browser.submit(`/vendor/${id}/edit`, { contact });
    const flash = await browser.open('/vendor');

    for (const { page } of [list, show, edit, remove, again, flash]) {
      expect(page('[data-x]')).toHaveLength(0);
    }
    expect(list.page('th[scope=row] a').text()).toBe(MARKUP);
    expect(list.page('#filter-search').val()).toBe(MARKUP);
    expect(show.page('h1').text()).toBe(MARKUP);
    expect(show.page('dl').text()).toContain(contact);
    expect(show.page('dl a')).toHaveLength(0);
    expect(edit.page('#field-comments').text()).toBe(`${MARKUP}</textarea>`);
    expect(remove.page('h1').text()).toBe(`Delete ${MARKUP}?`);
    expect(again.page('#error-name').text()).toContain(`“${MARKUP}”`);
    expect(flash.page('.alert').text()).toContain(`“${MARKUP}” was changed`);
  });

  it('list by search, page by page, and keep the search', async () => {
    for (let i = 0; i < 3; i += 1) await aVendor(app, { name: `Listed ${i}` });

    const first = await browser.open('/vendor?search=listed&limit=2');
    const second = await browser.open(first.page('.pager a[rel=next]').attr('href')!);
    const none = await browser.open('/vendor?search=nobody');

    expect(first.page('tbody tr')).toHaveLength(2);
    expect(second.page('tbody tr')).toHaveLength(1);
    expect(second.page('#filter-search').val()).toBe('listed');
    expect(second.page('.pager a').attr('href')).toBe('/vendor?search=listed&limit=2');
    expect(none.page('main .empty')).toHaveLength(1);
  });

  it('are not there for an id that nobody has', async () => {
    for (const id of ['999999', 'x', '0']) {
      for (const path of [`/vendor/${id}`, `/vendor/${id}/edit`, `/vendor/${id}/delete`]) {
        expect((await browser.open(path)).response.status).toBe(404);
      }
      for (const path of [`/vendor/${id}/edit`, `/vendor/${id}/delete`]) {
        expect((await browser.submit('/vendor/new', {}, path)).response.status).toBe(404);
      }
    }
  });
});

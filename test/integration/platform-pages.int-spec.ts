import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Platform } from '../../src/platform/platform.entity.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';

/** Bad forms: what is wrong, the field by which the message stands, and what it says. */
const BAD: readonly (readonly [string, Record<string, string>, string, RegExp])[] = [
  ['an empty URL', { url: '' }, 'url', /full address/],
  ['no scheme', { url: 'www.example.org' }, 'url', /http:\/\/ or https:\/\//],
  ['ftp', { url: 'ftp://www.example.org/' }, 'url', /addresses alone/],
  ['credentials', { url: 'https://ada:secret@www.example.org/' }, 'url', /no user name/],
  ['loopback as one number', { url: 'http://2130706433/' }, 'url', /public address/],
  ['loopback in IPv6', { url: 'http://[::ffff:7f00:1]/' }, 'url', /public address/],
  ['localhost', { url: 'http://localhost:3000/' }, 'url', /public host name/],
  ['a name of one word', { url: 'http://shop/' }, 'url', /full host name/],
  ['3,000 characters', { url: `https://a.example/${'a'.repeat(2982)}` }, 'url', /2,048/],
  ['an empty name', { name: ' ' }, 'name', /1 to 255/],
  ['a name of 300', { name: 'x'.repeat(300) }, 'name', /1 to 255/],
  ['no mail address', { ownerEmail: 'ada' }, 'ownerEmail', /ada@example\.org/],
  ['a tag of 51', { tags: `a, ${'x'.repeat(51)}` }, 'tags', /1 to 50/],
  ['notes of 10,001', { notes: 'x'.repeat(10_001) }, 'notes', /10,000/],
  ['no box', { active: 'perhaps' }, 'active', /true or false/],
];

const MARKUP = `<b data-x="1">'"&amp; {{name}} $t(app.name)</b>`;

describeOnEachDatabase('the pages of platforms', (database) => {
  let app: TestApp;
  let browser: Browser;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    browser = await app.browser('analyst');
  });
  afterAll(async () => {
    await app.stop();
  });

  const rows = () => app.nest.get(UnitOfWork).repository(Platform).find();

  it('say what to do while there are none', async () => {
    const { response, page } = await browser.open('/platforms');

    expect(response.status).toBe(200);
    expect(page('h1').text()).toBe('Platforms');
    expect(page('main table')).toHaveLength(0);
    expect(page('main .empty a').attr('href')).toBe('/platforms/new');
    const viewer = await (await app.browser('viewer')).open('/platforms');
    expect(viewer.page('main a[href="/platforms/new"]')).toHaveLength(0);
  });

  it.each(['/platforms/new', '/platforms'])('add one by POST %s, and say so', async (action) => {
    const url = `https://added.example.org${action}`;
    const { page: form } = await browser.open('/platforms/new');
    expect(form('form.card').attr('action')).toBe('/platforms/new');
    expect(form('#field-active').attr('checked')).toBe('checked');

    const { response } = await browser.submit(
      '/platforms/new',
      { name: 'Added', url, active: 'true', tags: 'eu, shop', ownerEmail: '', notes: 'a\r\nb' },
      action,
    );

    expect(response.status).toBe(303);
    const saved = (await rows()).find((row) => row.url === url);
    expect(saved).toMatchObject({
      name: 'Added',
      isActive: true,
      tags: ['eu', 'shop'],
      notes: 'a\nb',
    });
    expect(response.headers.location).toBe(`/platforms/${saved?.id}`);
    const { page } = await browser.open('/platforms');
    expect(page('.alert').text()).toContain('“Added” was added');
  });

  it('take an unticked box as not active, and a form without one as active', async () => {
    const fields = { name: 'Box', url: 'https://box.example.org/' };
    await browser.submit('/platforms/new', { ...fields, active: 'false' });
    await browser.submit('/platforms/new', { name: 'No box', url: 'https://no-box.example.org/' });

    const saved = await rows();
    expect(saved.find(({ name }) => name === 'Box')?.isActive).toBe(false);
    expect(saved.find(({ name }) => name === 'No box')?.isActive).toBe(true);
  });

  it('edit one, and show what it holds', async () => {
    const { id } = await aPlatform(app, {
      name: 'Before',
      tags: ['a', 'b'],
      notes: 'n',
      active: false,
    });
    const { page } = await browser.open(`/platforms/${id}/edit`);
    expect(page('h1').text()).toBe('Edit Before');
    expect(page('#field-name').val()).toBe('Before');
    expect(page('#field-tags').val()).toBe('a, b');
    expect(page('#field-notes').text()).toBe('n');
    expect(page('#field-active').attr('checked')).toBeUndefined();

    const { response } = await browser.submit(`/platforms/${id}/edit`, {
      name: 'After',
      url: String(page('#field-url').val()),
      active: 'true',
      tags: '',
      notes: '',
    });

    expect(response.status).toBe(303);
    expect(response.headers.location).toBe(`/platforms/${id}`);
    expect((await rows()).find((row) => row.id === id)).toMatchObject({
      name: 'After',
      isActive: true,
      tags: [],
      notes: '',
    });
  });

  it.each(BAD)('refuse %s on both forms, keep what was typed, store nothing', async (...row) => {
    const [, wrong, field, says] = row;
    const { id, url } = await aPlatform(app);
    const before = await rows();
    const good = {
      name: 'Typed name',
      url: 'https://typed.example.org/',
      ownerName: 'Typed owner',
    };

    for (const [path, fields] of [
      ['/platforms/new', { ...good, ...wrong }],
      [`/platforms/${id}/edit`, { ...good, url, ...wrong }],
    ] as const) {
      const { response, page } = await browser.submit(path, fields);

      expect(response.status).toBe(422);
      expect(page('main h1')).toHaveLength(1);
      expect(page('[aria-invalid=true]').attr('name')).toBe(field);
      expect(page(`#error-${field}`).text()).toMatch(says);
      expect(page('[role=alert] a').attr('href')).toBe(`#field-${field}`);
      expect(page('#field-ownerName').val()).toBe('Typed owner');
      if (field !== 'active' && field !== 'notes') {
        expect(page(`#field-${field}`).val()).toBe(wrong[field]);
      }
      expect(page('form.card').attr('action')).toBe(path);
      expect(await rows()).toEqual(before);
    }
  });

  it('refuse a URL that there is, on both forms', async () => {
    await aPlatform(app, { name: 'There', url: 'https://there.example.org/' });
    const { id } = await aPlatform(app);
    const before = await rows();

    for (const path of ['/platforms/new', `/platforms/${id}/edit`]) {
      const { response, page } = await browser.submit(path, {
        name: 'x',
        url: 'https://THERE.example.org',
      });

      expect(response.status).toBe(422);
      expect(page('#error-url').text()).toContain('“There”');
      expect(page('#field-url').attr('aria-invalid')).toBe('true');
      expect(await rows()).toEqual(before);
    }
  });

  it('say that the URL is fixed once it was submitted', async () => {
    const { id } = await aPlatform(app);
    await app.nest.get(PlatformService).recordSubmission(id, null, new Date());

    const { page: form } = await browser.open(`/platforms/${id}/edit`);
    const { response, page } = await browser.submit(`/platforms/${id}/edit`, {
      url: 'https://moved.example.org/',
    });

    expect(form('#help-url').text()).toContain('stays as it is');
    expect(form('[name=url]').attr('type')).toBe('hidden');
    expect(page('#field-url').text()).toBe(String(form('[name=url]').val()));
    expect(response.status).toBe(422);
    expect(page('#error-url').text()).toContain('add a new platform');
  });

  it('say that an archived one is not changed', async () => {
    const { id } = await aPlatform(app);
    await app.nest.get(PlatformService).archive(id);

    const { response, page } = await browser.submit(`/platforms/${id}/edit`, { name: 'x' });

    expect(response.status).toBe(422);
    expect(page('[role=alert]').text()).toContain('was removed');
  });

  it('warn of a query that looks like it has a secret', async () => {
    await browser.submit('/platforms/new', { name: 's', url: 'https://s.example.org/?token=a' });

    const { page } = await browser.open('/platforms');
    expect(page('.alert-warning').text()).toContain('looks like it carries a token');
  });

  it('show every text as text', async () => {
    const { id } = await aPlatform(app, {
      name: MARKUP,
      url: 'https://markup.example.org/?<b/data-x="1">',
      ownerName: MARKUP,
      tags: [MARKUP],
      notes: `${MARKUP}</textarea>`,
    });
    const fields = {
      name: MARKUP,
      url: MARKUP,
      ownerName: MARKUP,
      ownerEmail: MARKUP,
      tags: MARKUP,
    };
    const search = encodeURIComponent(MARKUP);

    const list = await browser.open(`/platforms?search=${search}`);
    const edit = await browser.open(`/platforms/${id}/edit`);
    const again = await browser.submit('/platforms/new', { ...fields, notes: `${MARKUP}\u0007` });
    const taken = await browser.submit('/platforms/new', {
      name: 'x',
      url: 'https://markup.example.org/?<b/data-x="1">',
    });

    for (const { page } of [list, edit, again, taken]) expect(page('[data-x]')).toHaveLength(0);
    expect(list.page('th[scope=row] a').text()).toBe(MARKUP);
    expect(list.page('tbody').text()).toContain('https://markup.example.org/?<b/data-x="1">');
    expect(list.page('#filter-search').val()).toBe(MARKUP);
    expect(edit.page('h1').text()).toBe(`Edit ${MARKUP}`);
    expect(edit.page('#field-notes').text()).toBe(`${MARKUP}</textarea>`);
    expect(again.page('#field-url').val()).toBe(MARKUP);
    expect(taken.page('#error-url').text()).toContain(`“${MARKUP}”`);
  });

  it('are not there for an id that nobody has', async () => {
    for (const id of ['999999', 'x', '0']) {
      expect((await browser.open(`/platforms/${id}/edit`)).response.status).toBe(404);
      const { response } = await browser.submit('/platforms/new', {}, `/platforms/${id}/edit`);
      expect(response.status).toBe(404);
    }
  });
});

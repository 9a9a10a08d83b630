import { EngineService } from '../../src/vendor/engine.service.js';
import { EngineTally } from '../../src/vendor/engine-tally.service.js';
import { VendorService } from '../../src/vendor/vendor.service.js';
import { AlertScenario } from '../support/alert-scenario.js';
import { type ApiClient, type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';

const AT = new Date('2026-03-02T09:00:00.000Z');

describeOnEachDatabase('engines without a vendor', (database) => {
  let app: TestApp;
  let api: ApiClient;
  let browser: Browser;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    api = await app.api('read');
    browser = await app.browser('analyst');
    await app.nest
      .get(EngineService)
      .ensure(['Dr.Web', 'GData', 'Spaced ', 'Quiet', '<b>x</b>'], AT);
    await app.nest.get(EngineTally).count([
      { engine: 'Dr.Web', hasAnswered: true, hasFlagged: true, hasTimedOut: false },
      { engine: 'Quiet', hasAnswered: true, hasFlagged: false, hasTimedOut: false },
    ]);
    await aVendor(app, { name: 'G-Data' });
    await aVendor(app, { name: 'Spaced' });
  });
  afterAll(async () => {
    await app.stop();
  });

  const names = async () => {
    const { page } = await browser.open('/vendor/unknown');
    return page('tbody th .spelling')
      .map((_, one) => page(one).text())
      .get();
  };

  it('are told in JSON with what was counted, those that flag most first', async () => {
    const { body } = await api.get('/vendors/unknown').expect(200);

    expect(body.data[0]).toEqual({
      engine: 'Dr.Web',
      seen: 1,
      flagged: 1,
      firstSeenAt: AT.toISOString(),
      lastSeenAt: AT.toISOString(),
      similarVendors: [],
    });
    const engines = body.data.map(({ engine }: { engine: string }) => engine);
    expect([...engines].sort()).toEqual(['<b>x</b>', 'Dr.Web', 'GData', 'Quiet', 'Spaced ']);
    expect(body.meta).toEqual({ total: 5, limit: 50, nextCursor: null });
    const near = body.data.find(({ engine }: { engine: string }) => engine === 'GData');
    expect(near.similarVendors).toMatchObject([{ name: 'G-Data' }]);

    const first = await api.get('/vendors/unknown?limit=3').expect(200);
    const second = await api.get(`/vendors/unknown?limit=3&cursor=${first.body.meta.nextCursor}`);
    expect([...first.body.data, ...second.body.data]).toEqual(body.data);
  });

  it('are a page, those that flag an open alert first', async () => {
    const platform = await aPlatform(app);
    await new AlertScenario(app).scan(platform.id, { Quiet: 'malicious' });

    expect((await names()).slice(0, 2)).toEqual(['Quiet', 'Dr.Web']);
    const { page } = await browser.open('/vendor/unknown');
    // A vendor takes no name with white space at its end.
    expect(page('tbody input[type=checkbox]')).toHaveLength(4);
    expect(page('main b')).toHaveLength(0);
    expect(page('a[href="/vendor/new?name=Dr.Web"]')).toHaveLength(1);
    // The catalogue knows whom to write to.
    expect(page('tbody').text()).toContain('vms@drweb.com');
    const viewer = await (await app.browser('viewer')).open('/vendor/unknown');
    expect(viewer.page('input[type=checkbox], main button')).toHaveLength(0);
    expect((await browser.submit('/vendor/unknown', { which: 'chosen' })).response.status).toBe(
      422,
    );
  });

  it('are added with the exact bytes: the chosen ones, then all', async () => {
    const { page } = await browser.open('/vendor/unknown');
    const boxOf = (name: string) =>
      page('tbody label')
        .filter((_, label) => page(label).text().trim() === name)
        .find('input')
        .attr('value')!;

    const one = await browser.submit('/vendor/unknown', { engines: boxOf('Dr.Web') });
    expect(one.response.status).toBe(303);
    const vendors = app.nest.get(VendorService);
    const added = (await vendors.findByNames(['Dr.Web'])).get('Dr.Web');
    expect(added?.contact).toContain('vms@drweb.com');
    expect(added?.contactState).toBe('unverified');
    expect(await names()).not.toContain('Dr.Web');

    await browser.submit('/vendor/unknown', { which: 'all' });
    expect((await browser.open('/vendor')).page('.alert').text()).toContain('3 vendors were added');
    // A name that no vendor may have stays.
    expect(await names()).toEqual(['Spaced ']);
    expect((await vendors.findByNames(['<b>x</b>', 'Quiet', 'GData'])).size).toBe(3);
  });
});

import { EngineService } from '../../src/vendor/engine.service.js';
import { NearMissService } from '../../src/vendor/near-miss.service.js';
import { VendorService } from '../../src/vendor/vendor.service.js';
import { AlertScenario } from '../support/alert-scenario.js';
import { type ApiClient, type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';

const SEEN = ['G-Data', 'K7AntiVirus', 'Kaspersky', 'Google Safe Browsing'];

describeOnEachDatabase('a likely misspelling', (database) => {
  let app: TestApp;
  let api: ApiClient;
  let browser: Browser;
  let at: AlertScenario;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    api = await app.api('write');
    browser = await app.browser('analyst');
    at = new AlertScenario(app);
    await app.nest.get(EngineService).ensure(SEEN, new Date());
  });
  afterAll(async () => {
    await app.stop();
  });

  const remove = (id: number) => app.nest.get(VendorService).delete(id);

  it('is told in JSON, beside a name that matches nothing', async () => {
    const { body } = await api.post('/vendors', { name: 'GData' }).expect(201);
    expect(body.data).toMatchObject({ matched: false, nearMisses: ['G-Data'] });
    const list = await api.get('/vendors?search=GData').expect(200);
    expect(list.body.data[0].nearMisses).toEqual(['G-Data']);
    const right = await api.patch(`/vendors/${body.data.id}`, { name: 'G-Data' }).expect(200);
    expect(right.body.data).toMatchObject({ matched: true, nearMisses: [] });
    await remove(Number(body.data.id));
  });

  it('is saved, and pointed out with both spellings and a button that takes VirusTotal’s', async () => {
    // A Cyrillic letter that looks like a Latin one.
    const typed = 'Kаspersky';
    const { response } = await browser.submit('/vendor', { name: typed });
    expect(response.status).toBe(303);
    const { page } = await browser.open(response.headers.location!);

    expect(page('.alert-warning').first().text()).toContain('VirusTotal says “Kaspersky”');
    const spellings = page('.near-miss code.spelling')
      .map((_, code) => page(code).text())
      .get();
    expect(spellings).toEqual([typed, 'Kaspersky']);
    expect(page('.near-miss mark').first().text()).toBe('а');
    expect(page('.near-miss .small').text()).toBe('(U+0430)');
    const form = page('.near-miss form');
    const taken = await browser.submit(
      response.headers.location!,
      { name: form.find('[name=name]').attr('value')! },
      form.attr('action'),
    );
    expect(taken.response.status).toBe(303);
    const { body } = await api.get('/vendors?search=Kaspersky').expect(200);
    expect(body.data).toMatchObject([{ name: 'Kaspersky', matched: true }]);
    await remove(Number(body.data[0].id));
  });

  it('goes back to the form, with what the vendor has, where the right name is taken', async () => {
    const right = await aVendor(app, { name: 'Kaspersky', contact: 'right@example.org' });
    const wrong = await aVendor(app, { name: 'kaspersky', contact: 'wrong@example.org' });
    const path = `/vendor/${wrong.id}`;

    const { response, page } = await browser.submit(path, { name: 'Kaspersky' }, `${path}/name`);

    expect(response.status).toBe(422);
    expect(page('#error-name').text()).toContain('“Kaspersky”');
    expect(page('#field-contact').text()).toBe('wrong@example.org');
    await remove(right.id);
    await remove(wrong.id);
  });

  it('stands on the alert beside the flag that it misses, and is mended from there', async () => {
    const { id } = await aVendor(app, { name: 'GData', contact: 'fp@gdata.example' });
    const platform = await aPlatform(app);
    await at.scan(platform.id, { 'G-Data': 'malicious', 'Nobody here': 'malicious' });
    const alert = await at.latest(platform.id);

    // Never matched by guess.
    const enriched = await at.enriched(alert.id);
    expect(enriched.detections.map(({ vendor }) => vendor)).toEqual([null, null]);
    const before = await browser.open(`/alerts/${alert.id}`);
    expect(before.page('.near-miss')).toHaveLength(1);
    expect(before.page('.near-miss').text()).toMatch(/GData.*G-Data/s);
    const form = before.page('.near-miss form');
    expect(form.attr('action')).toBe(`/vendor/${id}/name`);

    const { response } = await browser.submit(
      `/alerts/${alert.id}`,
      {
        name: form.find('[name=name]').attr('value')!,
        alert: form.find('[name=alert]').attr('value')!,
      },
      form.attr('action'),
    );

    expect(response.headers.location).toBe(`/alerts/${alert.id}`);
    const after = await browser.open(`/alerts/${alert.id}`);
    expect(after.page('.near-miss')).toHaveLength(0);
    expect(after.page('tbody tr').text()).toContain('fp@gdata.example');
    const viewer = await app.browser('viewer');
    expect((await viewer.open(`/vendor/${id}`)).page('main form')).toHaveLength(0);
    await remove(id);
  });

  it('is looked for among many vendors without holding up others', async () => {
    const { id } = await aVendor(app, { name: 'K7-antivirus' });
    const similar = await app.nest.get(NearMissService).vendorsFor(['K7AntiVirus', 'Kaspersky']);
    expect([...similar]).toEqual([
      ['K7AntiVirus', [{ id, name: 'K7-antivirus' }]],
      ['Kaspersky', []],
    ]);
    await remove(id);
  });
});

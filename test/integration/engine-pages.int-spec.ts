import { EngineService } from '../../src/vendor/engine.service.js';
import { AlertScenario } from '../support/alert-scenario.js';
import { type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';

const DAY_MS = 86_400_000;
const OLD = 'Google Safebrowsing';
const NEW = 'Google Safe Browsing';

describeOnEachDatabase('the page of engines', (database) => {
  let app: TestApp;
  let browser: Browser;
  let at: AlertScenario;
  let held: number;
  let mixed: number;
  const clock = new FakeClock();

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env, clock });
    at = new AlertScenario(app);
    await aVendor(app, { name: 'Never there' });
    await aVendor(app, { name: 'kaspersky' });
    held = (await aPlatform(app, { name: 'Held' })).id;
    mixed = (await aPlatform(app, { name: 'Mixed' })).id;
    await at.scan(held, { Trustwave: 'malicious', [OLD]: 'harmless' });
    await at.scan(mixed, { Trustwave: 'malicious', Kaspersky: 'malicious' });
    for (const days of [8, 8, 8, 7]) {
      clock.set(days * DAY_MS);
      await at.scan(mixed, { Kaspersky: 'malicious' });
    }
    await app.nest.get(EngineService).ensure([OLD], new Date(clock.now().getTime() - 2 * DAY_MS));
    await at.scan(held, { [NEW]: 'harmless', Kaspersky: 'harmless' });
    await at.scan(mixed, { [NEW]: 'harmless', Kaspersky: 'malicious' });
  });
  beforeEach(async () => {
    browser = await app.browser('analyst');
  });
  afterAll(async () => {
    await app.stop();
  });

  const section = async (id: string) => {
    const { page } = await browser.open('/vendor/engines');
    return page(`section[aria-labelledby=${id}]`);
  };
  const idOf = async (name: string) =>
    String((await app.nest.get(EngineService).idsOf([name])).get(name));

  it('names what is gone, what never matched, and what holds alerts open', async () => {
    expect((await section('gone')).find('tbody th').text()).toContain('Trustwave');
    expect((await section('gone')).find('tbody tr')).toHaveLength(1);
    const unmatched = (await section('unmatched')).text();
    expect(unmatched).toContain('2 vendors never matched');
    expect(unmatched).toMatch(/kaspersky.*perhaps it is.*Kaspersky.*Never there/s);
    const alerts = (await section('held')).find('li');
    expect(alerts).toHaveLength(1);
    expect(alerts.text()).toContain('Held');
    const viewer = await (await app.browser('viewer')).open('/vendor/engines');
    expect(viewer.response.status).toBe(200);
    expect(viewer.page('main form[method=post], main input:not([type=search])')).toHaveLength(0);
  });

  it('is narrowed to names that are like something, and to those without a vendor', async () => {
    await aVendor(app, { name: 'Kaspersky' });
    const names = async (query: string) => {
      const { page } = await browser.open(`/vendor/engines${query}`);
      return page('section[aria-labelledby=all] tbody th')
        .toArray()
        .map((head) => page(head).text());
    };
    expect(await names('?search=KASP')).toEqual(['Kaspersky']);
    expect(await names('?search=&vendor=')).toContain('Kaspersky');
    expect(await names('?vendor=none')).not.toContain('Kaspersky');
    expect(await names('?vendor=none&search=kasp')).toEqual([]);
    const { response } = await browser.open('/vendor/engines/export?search=kasp');
    expect(response.text.trimEnd().split('\r\n')).toHaveLength(2);
    expect((await browser.open('/vendor/engines?vendor=some')).response.status).toBe(422);
  });

  it('says on the alert itself that no scan will end it', async () => {
    const { id } = await at.latest(held);
    const { page } = await browser.open(`/alerts/${id}`);
    expect(page('.alert a[href="/vendor/engines"]')).toHaveLength(1);
    const other = await browser.open(`/alerts/${(await at.latest(mixed)).id}`);
    expect(other.page('.alert a[href="/vendor/engines"]')).toHaveLength(0);
  });

  it('settles what only silent engines hold open, and nothing else', async () => {
    const path = '/vendor/engines';
    expect((await browser.submit(path, {}, `${path}/gone`)).response.status).toBe(422);
    const [first, second] = [await at.latest(held), await at.latest(mixed)];

    // One that another engine still flags is not settled, though it was sent.
    for (const { id } of [first, second]) {
      await browser.submit(path, { alerts: String(id) }, `${path}/gone`);
    }

    expect(await at.latest(held)).toMatchObject({ state: 'resolved', reason: 'engine_gone' });
    expect(await at.latest(mixed)).toMatchObject({ state: 'new' });
    expect((await section('held')).length).toBe(0);
  });

  it('proposes a likely rename, which a person confirms, and can take back', async () => {
    const path = '/vendor/engines';
    const rows = (await section('renames')).find('tbody tr');
    expect(rows).toHaveLength(1);
    expect(rows.text()).toMatch(/Google Safebrowsing.*Google Safe Browsing/s);
    const fields = {
      from: rows.find('[name=from]').attr('value')!,
      to: rows.find('[name=to]').attr('value')!,
    };

    const { response } = await browser.submit(path, fields, `${path}/rename`);

    expect(response.status).toBe(303);
    expect((await section('renames')).length).toBe(0);
    expect((await section('renamed')).text()).toContain(OLD);
    expect((await section('all')).find('tbody th').text()).not.toContain(OLD);
    const again = await browser.submit(path, fields, `${path}/rename`);
    expect(again.response.status).toBe(422);
    expect(again.page('[role=alert]').text()).toContain('names of one engine');

    await browser.submit(path, { engine: fields.from }, `${path}/separate`);
    expect((await section('renamed')).length).toBe(0);
    expect((await section('renames')).find('tbody tr')).toHaveLength(1);
  });

  it('takes a rename that no name gives away, by choice', async () => {
    const path = '/vendor/engines';
    const none = await browser.submit(path, { from: '', to: '' }, `${path}/rename`);
    expect(none.response.status).toBe(422);
    expect(none.page('#field-from').attr('aria-invalid')).toBe('true');

    const options = (await browser.open(path)).page('#field-from option');
    const names = options.toArray().map((option) => options.filter(option).text());
    // Whoever answered within a day of the latest is no name of before.
    expect(names.slice(1)).toEqual(['Google Safebrowsing', 'Trustwave']);
    const fields = { from: await idOf('Trustwave'), to: await idOf('Kaspersky') };
    expect((await browser.submit(path, fields, `${path}/rename`)).response.status).toBe(303);
    // Kaspersky flags it as well: the two are one, and the alert goes on.
    expect(await at.latest(mixed)).toMatchObject({ state: 'new', severity: 'medium' });
  });
});

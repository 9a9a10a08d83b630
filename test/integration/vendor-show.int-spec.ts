import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { EngineService } from '../../src/vendor/engine.service.js';
import { VendorService } from '../../src/vendor/vendor.service.js';
import { AlertScenario } from '../support/alert-scenario.js';
import { type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';

const DAY_MS = 86_400_000;

describeOnEachDatabase('the page of one vendor', (database) => {
  let app: TestApp;
  let browser: Browser;
  let at: AlertScenario;
  const clock = new FakeClock();

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env, clock });
    at = new AlertScenario(app);
  });
  beforeEach(async () => {
    browser = await app.browser('analyst');
  });
  afterAll(async () => {
    await app.stop();
  });

  const newPlatform = async () => (await aPlatform(app)).id;
  const facts = async (id: number) => {
    const { page } = await browser.open(`/vendor/${id}`);
    return page('section dl dd')
      .map((_, dd) => page(dd).text().trim())
      .get();
  };

  it('leads to the vendor that has the right spelling already, and takes a mark of a contact of any line ends', async () => {
    const right = await aVendor(app, { name: 'Twin-Ware' });
    const { id } = await aVendor(app, { name: 'TwinWare', contact: 'a@x.example\r\nb@x.example' });
    await app.nest.get(EngineService).ensure(['Twin-Ware'], clock.now());

    const { page } = await browser.open(`/vendor/${id}`);
    expect(page(`.near-miss a[href="/vendor/${right.id}"]`)).toHaveLength(1);
    expect(page('.near-miss form')).toHaveLength(0);
    const contact = String(page('input[name=contact]').first().attr('value'));
    const marked = await browser.submit(
      `/vendor/${id}`,
      { state: 'verified', contact },
      `/vendor/${id}/contact`,
    );
    expect(marked.response.status).toBe(303);
  });

  it('says what it flags, flagged, how often wrongly, and how long it took to clear', async () => {
    const { id } = await aVendor(app, { name: 'Flagger' });
    expect(await facts(id)).toEqual([
      '0 flags',
      '0 flags',
      '0 flags',
      'no settled alert so far',
      'nothing was cleared so far',
    ]);

    const [wrong, fast, slow, standing] = [
      await newPlatform(),
      await newPlatform(),
      await newPlatform(),
      await newPlatform(),
    ];
    for (const platform of [wrong, fast, slow, standing]) {
      await at.scan(platform, { Flagger: 'malicious', Other: 'harmless' });
    }
    await at.change((await at.latest(wrong)).id, { state: 'false_positive' });
    clock.set(2 * DAY_MS);
    await at.scan(fast, { Flagger: 'harmless' });
    clock.set(8 * DAY_MS);
    await at.scan(slow, { Flagger: 'undetected' });
    // Days went by: who had signed in has to do so again.
    browser = await app.browser('analyst');

    expect(await facts(id)).toEqual([
      '1 flag',
      // The accepted one stands, but does not count.
      '1 flag',
      '2 flags',
      '33 %: 1 of 3 settled alerts',
      '6 days, the median of 2 cases',
    ]);
    const { page } = await browser.open(`/vendor/${id}`);
    expect(page('table').first().find('tbody tr')).toHaveLength(1);
    const alert = await at.latest(standing);
    expect(page('table').first().find(`a[href="/alerts/${alert.id}"]`)).toHaveLength(1);

    // Nor does what is silent, or stands on a platform that is monitored no more.
    for (let week = 0; week < 6; week += 1) {
      clock.set(7 * DAY_MS);
      await at.scan(standing, { Other: 'harmless' });
    }
    await at.remove(wrong);
    browser = await app.browser('analyst');
    expect((await facts(id)).slice(0, 2)).toEqual(['0 flags', '2 flags']);
  });

  it('has addresses and forms of the contact as links, and all else as text', async () => {
    const contact = 'fp@a.example; https://a.example/fp, +49 30 1234567 javascript:alert(1)';
    const { id } = await aVendor(app, { name: 'Linked', contact });
    const platform = await newPlatform();
    await at.scan(platform, { Linked: 'malicious' });

    for (const path of [`/vendor/${id}`, `/alerts/${(await at.latest(platform)).id}`]) {
      const { page } = await browser.open(path);
      const links = page('main .keeps-lines a')
        .map((_, a) => page(a).attr('href'))
        .get();
      expect(links).toEqual(['mailto:fp@a.example', 'https://a.example/fp', 'tel:+49301234567']);
      expect(page('main .keeps-lines').first().text()).toContain(contact);
      expect(page('main .keeps-lines a').first().attr('rel')).toContain('noopener');
    }
  });

  it('marks the contact: verified by someone on a date, bounced, and unverified once it changes', async () => {
    const contact = 'line one\nfp@marked.example';
    const { id } = await aVendor(app, { name: 'Marked', contact });
    const path = `/vendor/${id}`;
    const mark = (state: string, seen: string) =>
      browser.submit(path, { state, contact: seen.replaceAll('\n', '\r\n') }, `${path}/contact`);
    expect((await browser.open(path)).page('dl').first().text()).toContain('Verify a contact');

    expect((await mark('verified', contact)).response.status).toBe(303);
    const { page } = await browser.open(path);
    expect(page('dl .badge').first().text()).toBe('Verified');
    expect(page('dl').first().text()).toContain('@example.com');
    const vendor = await app.nest.get(VendorService).get(id);
    expect(vendor).toMatchObject({ contactState: 'verified', contactStateAt: clock.now() });
    const audit = await app.nest
      .get(UnitOfWork)
      .repository(AuditEntry)
      .findBy({ action: 'vendor.contact_marked', subjectId: String(id) });
    expect(audit).toMatchObject([{ subjectId: String(id) }]);

    await mark('bounced', contact);
    expect((await browser.open(path)).page('dl .badge').first().text()).toBe('Bounced');
    expect((await mark('lost', contact)).response.status).toBe(422);

    await app.nest.get(VendorService).update(id, { comments: 'The contact stays as it was' });
    expect((await app.nest.get(VendorService).get(id)).contactState).toBe('bounced');
    await app.nest.get(VendorService).update(id, { contact: 'other@marked.example' });
    // Somebody marks what is not there any more.
    const late = await mark('verified', contact);
    expect(late.response.status).toBe(422);
    expect(late.page('[role=alert]').text()).toContain('changed meanwhile');
    expect(await app.nest.get(VendorService).get(id)).toMatchObject({
      contactState: 'unverified',
      contactStateAt: null,
      contactStateBy: null,
    });
  });
});

import { PlatformService } from '../../src/platform/platform.service.js';
import { Browser, TestApp } from '../support/app.js';
import { AlertScenario, type Says } from '../support/alert-scenario.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';

const MARKUP = `<b data-x="1">'"&amp; {{name}} $t(app.name)</b>`;
const URL_ID = 'a'.repeat(64);

describeOnEachDatabase('the pages of alerts', (database) => {
  let app: TestApp;
  let at: AlertScenario;
  let analyst: Browser;
  let viewer: Browser;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    at = new AlertScenario(app);
    analyst = await app.browser('analyst');
    viewer = await app.browser('viewer');
  });
  afterAll(async () => {
    await app.stop();
  });

  async function anAlert(says: Says = { A: 'malicious' }, name?: string) {
    const platform = await aPlatform(app, name === undefined ? {} : { name });
    await at.scan(platform.id, says);
    return at.latest(platform.id);
  }
  const text = (value: string) => value.replace(/\s+/g, ' ').trim();

  it('say what to do while there is no alert', async () => {
    const { response, page } = await analyst.open('/alerts');
    expect(response.status).toBe(200);
    expect(page('h1').text()).toBe('Alerts');
    expect(page('.empty').text()).toMatch(/No alert needs work/);
    expect(page('.empty a[href="/platforms"]')).toHaveLength(1);
    expect(page('table')).toHaveLength(0);
  });

  it('list what is not settled, with engines, results and whom to contact', async () => {
    const key = `list ${database().kind}`;
    await aVendor(app, { name: `Known ${key}`, contact: 'fp@known.example' });
    await aVendor(app, { name: `Mute ${key}` });
    const { id } = await anAlert({
      [`Known ${key}`]: ['malicious', 'phishing site'],
      [`Mute ${key}`]: 'malicious',
      [`Nobody ${key}`]: 'suspicious',
    });
    const settled = await anAlert();
    await at.change(settled.id, { state: 'false_positive' });

    const { page } = await analyst.open('/alerts');
    const row = page(`a[href="/alerts/${id}"]`).closest('tr');
    expect(row.find('th[scope=row]')).toHaveLength(1);
    expect(row.find('.badge.is-high').text()).toBe('High');
    expect(
      row
        .find('li')
        .toArray()
        .map((one) => text(page(one).text())),
    ).toEqual([
      `Known ${key}: phishing site fp@known.example`,
      `Mute ${key}: malicious no contact yet`,
      `Nobody ${key}: suspicious no vendor yet`,
    ]);
    expect(page(`a[href="/alerts/${settled.id}"]`)).toHaveLength(0);
  });

  it('are filtered by a form that keeps what was chosen', async () => {
    const low = await anAlert({ A: 'suspicious' });
    const settled = await anAlert();
    await at.change(settled.id, { state: 'false_positive' });
    const shown = async (query: string) => {
      const { response, page } = await analyst.open(`/alerts?${query}`);
      expect(response.status).toBe(200);
      const has = (id: number) => page(`tbody a[href="/alerts/${id}"]`).length > 0;
      return { page, has: [has(low.id), has(settled.id)] };
    };
    expect((await shown('state=&severity=')).has).toEqual([true, false]);
    expect((await shown('state=all&severity=')).has).toEqual([true, true]);
    expect((await shown('state=false_positive')).has).toEqual([false, true]);
    const { page, has } = await shown('state=all&severity=low');
    expect(has).toEqual([true, false]);
    expect(page('select[name=state] option[selected]').attr('value')).toBe('all');
    expect(page('select[name=severity] option[selected]').attr('value')).toBe('low');

    const none = await analyst.open(`/alerts?state=resolved&platformId=${low.platformId}`);
    expect(none.page('.empty').text()).toMatch(/No alert matches/);
    expect((await analyst.open('/alerts?state=open')).response.status).toBe(422);
  });

  it('page through a long list and keep the filter', async () => {
    for (let index = 0; index < 3; index += 1) await anAlert();
    const { page } = await analyst.open('/alerts?severity=medium&limit=2');
    expect(page('tbody tr')).toHaveLength(2);
    const next = page('a[rel=next]').attr('href') ?? '';
    expect(next).toMatch(/severity=medium/);
    const second = await analyst.open(next);
    expect(second.page('tbody tr').length).toBeGreaterThan(0);
    expect(second.page('tbody').text()).not.toBe(page('tbody').text());
  });

  it('show one alert on one screen', async () => {
    const key = `show ${database().kind}`;
    const vendor = await aVendor(app, {
      name: `Known ${key}`,
      contact: 'fp@known.example',
      comments: 'Answers in a day',
    });
    const mute = await aVendor(app, { name: `Mute ${key}` });
    const platform = await aPlatform(app, { name: `Shop ${key}` });
    await at.scan(platform.id, { Before: 'malicious' });
    const before = await at.latest(platform.id);
    await at.scan(platform.id, { Before: 'harmless' });
    await app.nest.get(PlatformService).recordSubmission(platform.id, URL_ID, new Date());
    const unknown = `Nobody & Co ${key}`;
    await at.scan(platform.id, {
      [vendor.name]: ['malicious', 'phishing site'],
      [mute.name]: 'malicious',
      [unknown]: ['suspicious', null],
    });
    const { id } = await at.latest(platform.id);

    const { response, page } = await analyst.open(`/alerts/${id}`);
    expect(response.status).toBe(200);
    expect([page('h1').length, page('main').length]).toEqual([1, 1]);
    expect(page('h1').text()).toContain(platform.name);
    expect(page('main .badge.is-high').first().text()).toBe('High');
    expect(page('dl').text()).toContain(platform.url);
    expect(page('dl').text()).toContain('3 engines');
    // A flagged address is no link that one could click by mistake.
    expect(page(`a[href="${platform.url}"]`)).toHaveLength(0);

    expect(text(page('#guidance').text())).toMatch(/^Not clear yet. 3 independent engines/);
    expect(page('dl').text()).toContain('phishing site: Known');
    expect(page('dl').text()).toContain('no scan of this platform is kept');

    const row = (engine: string) =>
      page('tbody tr').filter((_, one) => page(one).find('th').text() === engine);
    expect(text(row(vendor.name).text())).toMatch(
      /malicious phishing site fp@known.example Unverified Answers in a day .* Detected/,
    );
    expect(row(vendor.name).find('time')).toHaveLength(2);
    expect(row(mute.name).text()).toContain('no contact yet');
    expect(row(mute.name).find(`a[href="/vendor/${mute.id}/edit"]`)).toHaveLength(1);
    const add = row(unknown).find('a').attr('href') ?? '';
    expect(add.startsWith('/vendor/new?name=')).toBe(true);
    expect(new URL(add, 'http://x').searchParams.get('name')).toBe(unknown);

    const virusTotal = page(`a[href="https://www.virustotal.com/gui/url/${URL_ID}"]`);
    expect(virusTotal.attr('rel')).toBe('noopener noreferrer');
    expect(page(`.btn-list a[href="/alerts/${before.id}"]`)).toHaveLength(1);
    expect(
      page('.told li')
        .toArray()
        .map((one) => text(page(one).text())),
    ).toEqual([
      expect.stringMatching(/UTC, Oju ?Opened\.$/),
      expect.stringContaining(`${vendor.name} says malicious (phishing site).`),
      expect.stringContaining(`${mute.name} says malicious.`),
      expect.stringContaining(`${unknown} says suspicious.`),
    ]);
    expect(page('th[scope=col]').length).toBe(row(mute.name).children().length);
    expect(row(mute.name).find('td:not([data-label])')).toHaveLength(0);
  });

  it('show no link to VirusTotal before its id of the URL is known', async () => {
    const { id } = await anAlert();
    const { page } = await analyst.open(`/alerts/${id}`);
    expect(page('a[href*="virustotal.com"]')).toHaveLength(0);
  });

  it('hold a form of a dispute in each row, and of many rows a link', async () => {
    const engines = (count: number): Says =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`Row ${n}`, 'malicious']));
    const few = await anAlert(engines(10));
    const many = await anAlert(engines(11));

    const short = (await analyst.open(`/alerts/${few.id}`)).page;
    const long = (await analyst.open(`/alerts/${many.id}`)).page;
    expect([short('form[action$="/dispute"]').length, short('a[href$="/dispute"]').length]).toEqual(
      [10, 0],
    );
    expect([long('form[action$="/dispute"]').length, long('a[href$="/dispute"]').length]).toEqual([
      0, 11,
    ]);
    const { response } = await analyst.open(long('a[href$="/dispute"]').attr('href') ?? '');
    expect(response.status).toBe(200);
  });

  it('escape what engines, vendors and people say', async () => {
    const engine = `${MARKUP} of ${database().kind}`;
    await aVendor(app, { name: engine, contact: MARKUP, comments: MARKUP });
    const { id } = await anAlert({ [engine]: ['malicious', MARKUP] }, MARKUP);
    await analyst.submit(`/alerts/${id}`, { text: MARKUP }, `/alerts/${id}/comments`);
    await analyst.submit(`/alerts/${id}`, { assignee: MARKUP }, `/alerts/${id}/state`);
    for (const path of ['/alerts', `/alerts/${id}`]) {
      const { response, page } = await analyst.open(path);
      expect(response.status).toBe(200);
      expect(page('[data-x]')).toHaveLength(0);
      expect(page('main').text()).toContain(`${MARKUP} of`);
    }
    const { page } = await analyst.open(`/alerts/${id}`);
    const lines = page('.told').text();
    expect(lines).toContain(`${engine} says malicious (${MARKUP}).`);
    expect(lines).toContain(`Assigned to ${MARKUP}.`);
    expect(page('[name=assignee]').attr('value')).toBe(MARKUP);
  });

  it.each<[string, Record<string, string>, string]>([
    ['resolved without a reason', { state: 'resolved', reason: '' }, 'reason'],
    ['another state with one', { state: 'false_positive', reason: 'remediated' }, 'reason'],
    ['no state that there is', { state: 'nonsense' }, 'state'],
    ['an assignee too long', { state: 'in_progress', assignee: 'x'.repeat(256) }, 'assignee'],
    ['a note too long', { state: 'in_progress', note: 'x'.repeat(10_001) }, 'note'],
  ])('show the form again for %s', async (_what, bad, field) => {
    const { id, platformId } = await anAlert();
    const before = await at.latest(platformId);
    const typed = { note: 'My note', assignee: 'ada', version: '1', ...bad };
    const { response, page } = await analyst.submit(`/alerts/${id}`, typed, `/alerts/${id}/state`);
    expect(response.status).toBe(422);
    expect(page('h1')).toHaveLength(1);
    const wrong = page(`#field-${field}`);
    expect(wrong.attr('aria-invalid')).toBe('true');
    expect(page(`#error-${field}`).text()).not.toBe('');
    expect(page(`[role=alert] a[href="#field-${field}"]`)).toHaveLength(1);
    expect(page('[name=note]').text()).toBe(typed.note);
    expect(page('[name=assignee]').attr('value')).toBe(typed.assignee);
    const chosen = bad.state === 'nonsense' ? 'new' : bad.state;
    expect(page('form[action$="/state"] input[name=state][checked]').attr('value')).toBe(chosen);
    expect(await at.latest(platformId)).toEqual(before);
  });

  it('show a viewer everything but the forms, and refuse what a viewer posts', async () => {
    const { id } = await anAlert();
    const { response, page } = await viewer.open(`/alerts/${id}`);
    expect(response.status).toBe(200);
    expect(page('main form')).toHaveLength(0);
    expect(page('a[href^="/vendor/new"]')).toHaveLength(0);
    expect(page('.told li').length).toBeGreaterThan(0);
    for (const action of ['state', 'comments']) {
      const fields = { state: 'in_progress', text: 'x' };
      const posted = await viewer.submit('/alerts', fields, `/alerts/${id}/${action}`);
      expect(posted.response.status).toBe(403);
    }
  });

  it('have nothing at an address without an alert', async () => {
    for (const path of ['/alerts/2000000000', '/alerts/abc']) {
      expect((await analyst.open(path)).response.status).toBe(404);
    }
    const path = '/alerts/2000000000/state';
    const posted = await analyst.submit('/alerts', { state: 'in_progress' }, path);
    expect(posted.response.status).toBe(404);
  });
});

import { Browser, TestApp } from '../support/app.js';
import { AlertScenario, type Says } from '../support/alert-scenario.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';

describeOnEachDatabase('the forms of an alert', (database) => {
  let app: TestApp;
  let at: AlertScenario;
  let analyst: Browser;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    at = new AlertScenario(app);
    analyst = await app.browser('analyst');
  });
  afterAll(async () => {
    await app.stop();
  });

  async function anAlert(says: Says = { A: 'malicious' }, name?: string) {
    const platform = await aPlatform(app, name === undefined ? {} : { name });
    await at.scan(platform.id, says);
    return at.latest(platform.id);
  }

  it('offer the states that are allowed from here', async () => {
    const { id } = await anAlert();
    const states = async () => {
      const { page } = await analyst.open(`/alerts/${id}`);
      return {
        offered: page('form[action$="/state"] input[name=state]')
          .toArray()
          .map((one) => page(one).attr('value')),
        chosen: page('form[action$="/state"] input[name=state][checked]').attr('value'),
        hasReason: page('select[name=reason]').length === 1,
      };
    };
    const both = ['resolved', 'false_positive'];
    expect(await states()).toEqual({
      offered: ['new', 'in_progress', ...both],
      chosen: 'new',
      hasReason: true,
    });
    await at.change(id, { state: 'in_progress' });
    expect(await states()).toMatchObject({ offered: ['in_progress', ...both], hasReason: true });
    await at.change(id, { state: 'false_positive' });
    expect(await states()).toEqual({
      offered: ['false_positive', 'in_progress'],
      chosen: 'false_positive',
      hasReason: false,
    });
  });

  it('change an alert by a form: 303, a flash message, and the line on its timeline', async () => {
    const { id, platformId } = await anAlert();
    const path = `/alerts/${id}`;
    const fields = {
      state: 'resolved',
      reason: 'remediated',
      note: 'Cleaned\r\nby Ada',
      assignee: 'ada@example.org',
      version: '1',
    };
    const { response } = await analyst.submit(path, fields, `${path}/state`);
    expect([response.status, response.headers.location]).toEqual([303, path]);
    expect(await at.latest(platformId)).toMatchObject({
      state: 'resolved',
      reason: 'remediated',
      assignee: 'ada@example.org',
      version: 2,
    });
    const { page } = await analyst.open(path);
    expect(page('.alert-success').text()).toBe('The alert was changed.');
    expect(page('.told').text()).toContain('Set from New to Resolved: Remediated.');
    expect(page('.told').text()).toContain('Cleaned\nby Ada');
    expect(page('dl').text()).toContain('Remediated');

    const same = { state: 'resolved', version: '2', assignee: 'ada@example.org', note: '' };
    await analyst.submit(path, same, `${path}/state`);
    expect((await analyst.open(path)).page('.alert').text()).toBe('There was nothing to change.');
    expect(await at.latest(platformId)).toMatchObject({ version: 2 });
  });

  it('show a stale form again with what changed meanwhile, ready to be sent once more', async () => {
    const { id, platformId } = await anAlert();
    const path = `/alerts/${id}`;
    const other = await app.browser('analyst');
    await other.submit(path, { text: 'I wrote to A' }, `${path}/comments`);
    await at.scan(platformId, { A: 'malicious', B: 'malicious' });

    const mine = { state: 'false_positive', note: 'Harmless', version: '1' };
    const { response, page } = await analyst.submit(path, mine, `${path}/state`);
    expect(response.status).toBe(422);
    const notice = page('[role=alert]').text();
    expect(notice).toMatch(/Nothing was saved.*changed/);
    expect(notice).toContain('I wrote to A');
    expect(notice).toMatch(/analyst-\w+@example\.com/);
    expect(notice).toContain('B says malicious.');
    expect(notice).not.toContain('Opened.');
    expect(page('[role=alert]')).toHaveLength(1);
    expect(page('input[name=version]').attr('value')).toBe('3');
    expect(page('form[action$="/state"] input[name=state][checked]').attr('value')).toBe(
      'false_positive',
    );
    expect(page('[name=note]').text()).toBe('Harmless');
    expect(await at.latest(platformId)).toMatchObject({ state: 'new', version: 3 });

    const again = await analyst.submit(path, { ...mine, version: '3' }, `${path}/state`);
    expect(again.response.status).toBe(303);
  });

  it('undo nothing that others did when a stale form is sent again as it is shown', async () => {
    const { id, platformId } = await anAlert();
    const path = `/alerts/${id}`;
    await at.change(id, { state: 'false_positive' });
    type Page = Awaited<ReturnType<Browser['open']>>['page'];
    const fields = (page: Page) =>
      Object.fromEntries(
        page('form.card[action$="/state"]')
          .serializeArray()
          .map(({ name, value }) => [name, value]),
      );
    const mine = { ...fields((await analyst.open(path)).page), note: 'Mine' };
    await at.change(id, { state: 'in_progress', assignee: 'bob@example.org' });
    const stale = await analyst.submit(path, mine, `${path}/state`);
    expect(stale.response.status).toBe(422);
    const again = await analyst.submit(path, fields(stale.page), `${path}/state`);
    expect(again.response.status).toBe(303);
    const kept = { state: 'in_progress', assignee: 'bob@example.org', version: 4 };
    expect(await at.latest(platformId)).toMatchObject(kept);

    const typed = { ...fields((await analyst.open(path)).page), assignee: 'eve@example.org' };
    await at.change(id, { assignee: 'ada@example.org' });
    const { page } = await analyst.submit(path, typed, `${path}/state`);
    expect(fields(page)).toMatchObject({ assignee: 'eve@example.org', version: '5' });
  });

  it('say which other alert is in the way of reopening one', async () => {
    const first = await anAlert();
    await at.scan(first.platformId, { A: 'harmless' });
    await at.scan(first.platformId, { A: 'malicious' });
    const second = await at.latest(first.platformId);
    const path = `/alerts/${first.id}`;
    const { response, page } = await analyst.submit(
      path,
      { state: 'in_progress' },
      `${path}/state`,
    );
    expect(response.status).toBe(422);
    expect(page('[role=alert]').text()).toContain(`alert ${second.id}`);
  });

  it('give an alert to whoever asks for it, and suggest those who may sign in', async () => {
    const { id } = await anAlert();
    const path = `/alerts/${id}`;
    const { page } = await analyst.open(path);
    const me = page('#assignees option').last().attr('value') ?? '';
    expect(page('#field-assignee').attr('list')).toBe('assignees');
    const form = page('input[name=toMe]').closest('form');
    expect(form.attr('action')).toBe(`${path}/state`);
    const version = form.find('[name=version]').attr('value') ?? '';
    await analyst.submit(path, { toMe: 'true', version }, `${path}/state`);
    const after = await analyst.open(path);
    expect(me).toMatch(/@example.com$/);
    expect(after.page('#field-assignee').attr('value')).toMatch(/^analyst-.*@example.com$/);
    expect(after.page('input[name=toMe]')).toHaveLength(0);
    const stale = await analyst.submit(path, { toMe: 'true', version }, `${path}/state`);
    expect(stale.response.status).toBe(422);
  });

  it('take a comment, and keep one that is refused', async () => {
    const { id } = await anAlert();
    const path = `/alerts/${id}`;
    const { response } = await analyst.submit(path, { text: 'Called them' }, `${path}/comments`);
    expect([response.status, response.headers.location]).toEqual([303, path]);
    expect((await analyst.open(path)).page('.told').text()).toContain('Called them');

    const long = `${'x'.repeat(10_000)}y`;
    const refused = await analyst.submit(path, { text: long }, `${path}/comments`);
    expect(refused.response.status).toBe(422);
    expect(refused.page('#field-text').text()).toBe(long);
    expect(refused.page('#field-text').attr('aria-invalid')).toBe('true');
    expect(refused.page('.alert a').text()).toMatch(/^Comment: takes up to 10,000 characters/);
    const empty = await analyst.submit(path, { text: ' ' }, `${path}/comments`);
    expect(empty.page('.alert a').text()).toBe('Write a comment first.');
    expect(refused.page('form[action$="/state"] input[name=state][checked]').attr('value')).toBe(
      'new',
    );
  });

  it('but show a form without its token again, and are not shown to strangers', async () => {
    const { id, platformId } = await anAlert();
    const forged = await analyst.agent.post(`/alerts/${id}/state`).type('form').send({
      state: 'in_progress',
    });
    expect(forged.status).toBe(422);
    expect(await at.latest(platformId)).toMatchObject({ state: 'new' });
    const { response: answer } = await new Browser(app.http).open(`/alerts/${id}`);
    expect([answer.status, answer.headers.location]).toEqual([303, '/login']);
  });
});

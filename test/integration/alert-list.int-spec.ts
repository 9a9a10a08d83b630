import fc from 'fast-check';
import { AlertBulk } from '../../src/alert/alert-bulk.service.js';
import type { Alert } from '../../src/alert/alert.entity.js';
import { AlertService } from '../../src/alert/alert.service.js';
import { type AlertReason, ALERT_STATES, type AlertState } from '../../src/alert/alert.rules.js';
import { showId } from '../../src/web/ids.js';
import { type ApiClient, type Browser, TestApp } from '../support/app.js';
import { AlertScenario } from '../support/alert-scenario.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';

const DAY_MS = 86_400_000;

describeOnEachDatabase('the list of alerts', (database) => {
  let app: TestApp;
  let clock: FakeClock;
  let at: AlertScenario;
  let api: ApiClient;
  let analyst: Browser;
  let shop: string;
  let blog: string;

  beforeAll(async () => {
    clock = new FakeClock();
    app = await TestApp.start({ env: database().env, clock });
    at = new AlertScenario(app);
    api = await app.api('read');
    await aVendor(app, { name: 'Sophos' });
    shop = await anAlert(
      { name: 'Shop 100%', ownerName: 'Ada Émile', tags: ['eu', 'web', 'Shop'] },
      { Sophos: ['malicious', 'Phishing site Ñ'], ESET: 'malicious' },
    );
    await clock.skip(10 * DAY_MS);
    blog = await anAlert(
      { name: 'Blog', ownerEmail: 'bob@example.org', tags: ['web shop'] },
      { 'G-Data': ['suspicious', '=cmd|calc'] },
    );
    await at.change(Number(blog), { assignee: 'ada@example.org' });
    analyst = await app.browser('analyst');
  });
  afterAll(async () => {
    await app.stop();
  });

  async function anAlert(given: object, says: Parameters<AlertScenario['scan']>[1]) {
    const { id } = await aPlatform(app, given);
    await at.scan(id, says);
    return showId((await at.latest(id)).id);
  }

  it.each<[string, ('shop' | 'blog')[]]>([
    ['', ['blog', 'shop']],
    ['severity=high', ['shop']],
    ['state=resolved', []],
    ['engine=ESET', ['shop']],
    ['engine=eset', []],
    ['vendor=Sophos', ['shop']],
    ['vendor=ESET', []],
    ['owner=ADA', ['shop']],
    ['owner=bob%40', ['blog']],
    ['owner=%C3%A9mile', ['shop']],
    ['owner=%C3%89MILE', ['shop']],
    ['owner=emile', []],
    ['tag=web', ['shop']],
    ['tag=web+shop', ['blog']],
    ['tag=we', []],
    ['tag=Shop', ['shop']],
    ['tag=shop', []],
    ['assignee=ada%40example.org', ['blog']],
    ['assignee=nobody', ['shop']],
    ['assignee=personne', ['shop']],
    ['search=100%25', ['shop']],
    ['search=%25', ['shop']],
    ['search=phishing+SITE', ['shop']],
    ['search=site+%C3%B1', ['shop']],
    ['search=example.org', ['blog', 'shop']],
    ['minAgeDays=10', ['shop']],
    ['minAgeDays=0', ['blog', 'shop']],
    ['maxAgeDays=10', ['blog']],
    ['maxAgeDays=10&tag=web', []],
  ])('is narrowed by %s, in JSON, on the page and in the file alike', async (query, names) => {
    const expected = names.map((name) => ({ shop, blog })[name]);
    const { body } = await api.get(`/alerts?${query}`).expect(200);
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual(expected);
    expect(body.meta.total).toBe(expected.length);

    const { response, page } = await analyst.open(`/alerts?${query}`);
    expect(response.status).toBe(200);
    const links = page('tbody th a').toArray();
    expect(links.map((one) => page(one).attr('href'))).toEqual(
      expected.map((id) => `/alerts/${id}`),
    );
    for (const [name, value] of new URLSearchParams(query)) {
      if (name !== 'state' && name !== 'severity') {
        expect(page(`#filter-${name}`).attr('value')).toBe(value);
      }
    }
    const file = await api.get(`/alerts/export?${query}`).expect(200);
    expect(file.text.split('\r\n').length - 2).toBe(expected.length);
  });

  it.each([
    ['minAgeDays=x', 'minAgeDays'],
    ['maxAgeDays=0', 'maxAgeDays'],
    [`search=${'x'.repeat(256)}`, 'search'],
  ])('refuses %s', async (query, field) => {
    const { body } = await api.get(`/alerts?${query}`).expect(422);
    expect(body.errors).toMatchObject([{ field }]);
    expect((await analyst.open(`/alerts?${query}`)).response.status).toBe(422);
  });

  it('is a file that no spreadsheet runs anything of', async () => {
    for (const { text, headers } of [
      await api.get('/alerts/export').expect(200),
      (await analyst.open('/alerts/export')).response,
    ]) {
      expect(headers['content-type']).toMatch(/^text\/csv/);
      expect(headers['content-disposition']).toContain('oju-alerts.csv');
      const lines = text.trimEnd().split('\r\n');
      expect(lines[0]).toMatch(/^id,version,platform,url,/);
      expect(lines).toHaveLength(3);
      expect(lines[1]).toContain('G-Data: =cmd|calc (detected)');
      expect(text).not.toMatch(/(^|,)"?[=+@]/m);
    }
  });

  describe('when several are changed at once', () => {
    const versionOf = async (id: string) =>
      (await app.nest.get(AlertService).get(Number(id))).version;
    const send = (fields: Record<string, unknown>) =>
      analyst.submit('/alerts', fields as Record<string, string>, '/alerts/bulk');
    const notices = async (path: string) => {
      const { page } = await analyst.open(path);
      return page('.alert')
        .toArray()
        .map((one) => page(one).text().trim());
    };

    it('changes each, and tells one by one which it did not', async () => {
      const one = await anAlert({ name: 'One' }, { A: 'malicious' });
      const two = await anAlert({ name: 'Two' }, { A: 'malicious' });
      const done = await anAlert({ name: 'Done' }, { A: 'malicious' });
      await at.change(Number(done), { state: 'false_positive' });
      const stale = await versionOf(two);
      await at.change(Number(two), { note: 'meanwhile' });
      const { response } = await send({
        alerts: [
          `${one}:${await versionOf(one)}`,
          `${two}:${stale}`,
          `${done}:${await versionOf(done)}`,
        ],
        state: 'resolved',
        reason: 'accepted_risk',
        assignee: 'ada@example.org',
        note: 'known',
        back: 'severity=medium',
      });
      expect([response.status, response.headers.location]).toEqual([
        303,
        '/alerts?severity=medium',
      ]);
      expect(await notices('/alerts')).toEqual([
        '1 alert was changed.',
        expect.stringMatching(new RegExp(`^Alert ${two} was not changed: .*changed meanwhile`)),
        expect.stringMatching(
          new RegExp(`^Alert ${done} was not changed: state takes in_progress`),
        ),
      ]);
      expect(await app.nest.get(AlertService).get(Number(one))).toMatchObject({
        state: 'resolved',
        reason: 'accepted_risk',
        assignee: 'ada@example.org',
      });
    });

    it.each(['nobody', 'Personne'])('takes an alert from whoever works it: %s', async (word) => {
      const id = await anAlert({}, { A: 'malicious' });
      await at.change(Number(id), { assignee: 'ada@example.org' });
      await send({ alerts: `${id}:${await versionOf(id)}`, assignee: word });
      expect((await app.nest.get(AlertService).get(Number(id))).assignee).toBeNull();
    });

    it('counts one that fails among the refused, and goes on', async () => {
      const ids = [await anAlert({}, { A: 'malicious' }), await anAlert({}, { A: 'malicious' })];
      const alerts = app.nest.get(AlertService);
      const change = jest.spyOn(alerts, 'change').mockRejectedValueOnce(new Error('lost'));
      const chosen = ids.map((id) => ({ id: Number(id), version: 1 }));
      const outcome = await app.nest
        .get(AlertBulk, { strict: false })
        .change(chosen, { state: 'in_progress' }, 'ada@example.org');
      change.mockRestore();
      const refused = [{ id: Number(ids[0]), why: expect.stringMatching(/failed/) }];
      expect(outcome).toEqual({ changed: 1, unchanged: 0, refused });
    });

    it('keeps ticks and note when the state goes with no such reason', async () => {
      const id = await anAlert({}, { A: 'malicious' });
      for (const [state, reason] of [
        ['resolved', ''],
        ['in_progress', 'remediated'],
        ['', 'remediated'],
      ] as const) {
        const typed = { alerts: `${id}:1`, state, reason, note: 'My note' };
        const { response, page } = await send(typed);
        expect(response.status).toBe(422);
        expect(page('#error-reason').text()).not.toBe('');
        expect(page('[name=note]').text()).toBe('My note');
        expect(page('input[name=alerts][checked]').attr('value')).toBe(typed.alerts);
        expect(page('#field-state option[selected]').attr('value') ?? '').toBe(state);
      }
    });

    it.each<[string, Record<string, string>, string]>([
      ['no alert', { state: 'in_progress' }, 'alerts'],
      ['no change', { alerts: '1:1' }, 'state'],
      ['no state that there is', { alerts: '1:1', state: 'gone' }, 'state'],
    ])('shows the form again for %s', async (_what, fields, field) => {
      const typed = { ...fields, note: fields.alerts && fields.state ? 'My note' : '' };
      const { response, page } = await send({ ...typed, back: 'severity=medium' });
      expect(response.status).toBe(422);
      expect(page(`#error-${field}`).text()).not.toBe('');
      expect(page('[name=note]').text()).toBe(typed.note);
      expect(page('#filter-severity option[selected]').attr('value')).toBe('medium');
    });

    it('is no business of a viewer', async () => {
      const viewer = await app.browser('viewer');
      const { page } = await viewer.open('/alerts');
      expect(page('main form[method=post]')).toHaveLength(0);
      expect(page('input[type=checkbox]')).toHaveLength(0);
      const posted = await viewer.submit('/alerts', { alerts: '1:1' }, '/alerts/bulk');
      expect(posted.response.status).toBe(403);
    });

    it('allows and refuses what a model does, alert by alert', async () => {
      const allowed: Record<AlertState, AlertState[]> = {
        new: ['in_progress', 'resolved', 'false_positive'],
        in_progress: ['resolved', 'false_positive'],
        resolved: ['in_progress'],
        false_positive: ['in_progress'],
      };
      const byHand = ['remediated', 'accepted_risk', 'engine_gone'];
      const step = fc.record({
        state: fc.constantFrom<AlertState>(...ALERT_STATES),
        reason: fc.constantFrom<AlertReason | null>(
          ...([null, 'remediated', 'accepted_risk', 'engine_gone', 'cleared'] as const),
        ),
        stale: fc.subarray([0, 1, 2]),
        chosen: fc.subarray([0, 1, 2], { minLength: 1 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
          const ids = await Promise.all(
            [0, 1, 2].map(async () => Number(await anAlert({}, { A: 'malicious' }))),
          );
          const model = ids.map((): Pick<Alert, 'state' | 'reason' | 'version'> => ({
            state: 'new',
            reason: null,
            version: 1,
          }));
          for (const { state, reason, stale, chosen } of steps) {
            const outcome = { changed: 0, unchanged: 0, refused: [] as number[] };
            const asked = chosen.map((index) => ({
              id: ids[index]!,
              version: model[index]!.version - (stale.includes(index) ? 1 : 0),
            }));
            for (const index of chosen) {
              const one = model[index]!;
              const isSame = state === one.state && (reason === null || reason === one.reason);
              const isAllowed =
                allowed[one.state].includes(state) &&
                (state === 'resolved' ? byHand.includes(reason ?? '') : reason === null);
              if (stale.includes(index)) outcome.refused.push(ids[index]!);
              else if (isSame) outcome.unchanged += 1;
              else if (isAllowed) {
                outcome.changed += 1;
                model[index] = { state, reason, version: one.version + 1 };
              } else outcome.refused.push(ids[index]!);
            }
            const done = await app.nest
              .get(AlertBulk, { strict: false })
              .change(asked, { state, reason }, 'ada@example.org');
            expect({ ...done, refused: done.refused.map(({ id }) => id) }).toEqual(outcome);
          }
          const alerts = await Promise.all(ids.map((id) => app.nest.get(AlertService).get(id)));
          expect(alerts.map(({ state, reason, version }) => ({ state, reason, version }))).toEqual(
            model,
          );
        }),
        { numRuns: 12, endOnFailure: true },
      );
    }, 60_000);
  });
});

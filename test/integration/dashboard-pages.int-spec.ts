import type { CheerioAPI } from 'cheerio';
import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import type { Role } from '../../src/access/rights.js';
import { DisputeService } from '../../src/alert/dispute.service.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { ChannelService } from '../../src/notification/channel.service.js';
import { FirstSteps } from '../../src/status/first-steps/first-steps.entity.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { AlertScenario } from '../support/alert-scenario.js';
import type { Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';
import { completeTask, startWithIdleEngine, tasksOf, verdictsOf } from '../support/scan-drive.js';
import { DEFAULT_API_KEY } from '../support/virustotal-stand-in/options.js';

const DAY_MS = 86_400_000;

describeOnEachDatabase('the dashboard', (database) => {
  let clock: FakeClock;
  let app: TestApp;
  const browsers = {} as Record<Role, Browser>;

  beforeAll(async () => {
    clock = new FakeClock('2026-03-02T09:00:00.000Z');
    app = await startWithIdleEngine(database(), { clock });
    await get(VirusTotalSettingsService).update({ apiKey: null, isActive: false });
    await signIn();
  });
  afterAll(async () => {
    await app.stop();
  });

  const signIn = async () => {
    for (const role of ['admin', 'analyst', 'viewer'] as const) {
      browsers[role] = await app.browser(role);
    }
  };
  const get = <T>(type: abstract new (...args: never[]) => T): T =>
    app.nest.get<T>(type, { strict: false });
  const open = async (role: Role = 'admin') => (await browsers[role].open('/')).page;
  const textOf = (page: CheerioAPI, selector: string) =>
    page(selector).text().replace(/\s+/g, ' ').trim();
  /** The first steps as they are shown: ticked, next or neither. */
  const stepsOf = (page: CheerioAPI) =>
    page('.first-step')
      .toArray()
      .map((step) => {
        const title = page(step).find('h3').contents().first().text().trim();
        if (page(step).find('.is-done').length > 0) return `✓ ${title}`;
        return page(step).attr('aria-current') === 'step' ? `> ${title}` : title;
      });
  /** The one button or link that stands out. */
  const mainAction = (page: CheerioAPI) => {
    const [main, ...more] = page('main .btn-primary').toArray();
    expect(more).toEqual([]);
    return page(main).attr('href') ?? page(main).closest('form').attr('action');
  };
  /** Presses the button of a form on the dashboard. */
  const press = async (action: string, fields: Record<string, string> = {}) =>
    (await browsers.admin.submit('/', fields, action)).response;
  const flashOf = async () => {
    const page = (await browsers.admin.open('/profile')).page;
    return page('.alert a').attr('href');
  };

  describe('of an empty installation', () => {
    it('says what to do first, and has the least to look at', async () => {
      const page = await open();
      expect(stepsOf(page)).toEqual([
        '> Enter the VirusTotal key',
        'Add the platforms to watch',
        'Add the vendors to contact',
        'Say who is to be told',
        'Scan for the first time',
      ]);
      expect(mainAction(page)).toBe('/config/integrations/virustotal');
      expect(textOf(page, 'main')).toContain('0 of 5 done');
      expect(textOf(page, 'main')).toContain('Nothing is known yet');
      expect(textOf(page, 'main')).toContain('No alert is open.');
      expect(page('main svg[role=img]')).toHaveLength(0);
      // A scan cannot begin without a key and a platform.
      expect(page('form[action="/scans"]')).toHaveLength(0);
    });

    it('shows each role what it can do, and no more', async () => {
      const analyst = await open('analyst');
      expect(stepsOf(analyst)).toEqual([
        '> Add the platforms to watch',
        'Add the vendors to contact',
      ]);
      expect(analyst('form[action^="/first-steps"]')).toHaveLength(0);
      const viewer = await open('viewer');
      expect(stepsOf(viewer)).toEqual([]);
      expect(viewer('main .btn')).toHaveLength(0);
    });

    it('ticks the key off once it is saved, which the form does with one field', async () => {
      const { page } = await browsers.admin.open('/config/integrations/virustotal');
      const fields: Record<string, string> = { apiKey: DEFAULT_API_KEY };
      for (const input of page('.integration-form').find('input[type=number]').toArray()) {
        fields[page(input).attr('name') ?? ''] = page(input).attr('value') ?? '';
      }
      fields.scanFrequencyDays = page('select option[selected]').attr('value') ?? '';
      const active = page('.integration-form input[name=active][checked]');
      fields[active.attr('name') ?? ''] = active.attr('value') ?? '';
      await browsers.admin.submit('/config/integrations/virustotal', fields);
      expect(await flashOf()).toBe('/');
      const dashboard = await open();
      expect(stepsOf(dashboard).slice(0, 2)).toEqual([
        '✓ Enter the VirusTotal key',
        '> Add the platforms to watch',
      ]);
      expect(mainAction(dashboard)).toBe('/platforms/new');
      // Saved again, it is no news.
      await browsers.admin.submit('/config/integrations/virustotal', fields);
      expect(await flashOf()).toBeUndefined();
    });

    it('leads on from the first platform, not from the second', async () => {
      const add = (name: string) =>
        browsers.admin.submit('/platforms/new', { name, url: `https://${name}.example.org/` });
      await add('first');
      expect(await flashOf()).toBe('/');
      await add('second');
      expect(await flashOf()).toBeUndefined();
    });

    it('takes the catalogue by one button', async () => {
      expect(mainAction(await open())).toBe('/vendor/catalogue');
      const response = await press('/vendor/catalogue', { which: 'current' });
      expect(response.headers.location).toBe('/vendor');
      expect(await flashOf()).toBe('/');
      expect(stepsOf(await open())[2]).toBe('✓ Add the vendors to contact');
      expect(stepsOf(await open('analyst'))).toEqual([]);
    });

    it('does without channels where an admin says so, and has that in the audit trail', async () => {
      expect(mainAction(await open())).toBe('/config/notifications/new');
      const response = await press('/first-steps/no-channels');
      expect([response.status, response.headers.location]).toEqual([303, '/']);
      expect(stepsOf(await open())[3]).toBe('✓ Say who is to be told');
      const lines = await get(UnitOfWork)
        .repository(AuditEntry)
        .findBy({ action: 'first_steps.skipped' });
      expect(lines.map(({ valuesAfter }) => valuesAfter)).toEqual([
        JSON.stringify({ what: 'channels' }),
      ]);
    });

    it('ticks that step off by a channel, too, and lets nobody else skip it', async () => {
      const rows = get(UnitOfWork);
      await rows.run(() => rows.repository(FirstSteps).clear());
      expect(stepsOf(await open())[3]).toBe('> Say who is to be told');
      const { channel } = await get(ChannelService).create({
        kind: 'webhook',
        name: 'SIEM',
        active: true,
        config: { url: 'https://siem.example.org/hook' },
      });
      expect(stepsOf(await open())[3]).toBe('✓ Say who is to be told');
      await get(ChannelService).update(channel.id, { active: false });
      expect(stepsOf(await open())[3]).toBe('> Say who is to be told');
      const { response } = await browsers.analyst.submit('/vendor', {}, '/first-steps/no-channels');
      expect(response.status).toBe(403);
      expect(stepsOf(await open())[3]).toBe('> Say who is to be told');
      await press('/first-steps/no-channels');
    });

    it('begins the first scan, tells how it goes, and is done with the steps at its end', async () => {
      expect(mainAction(await open())).toBe('/scans');
      const { headers } = await press('/scans');
      const scanPath = headers.location ?? '';
      const page = await open();
      expect(mainAction(page)).toBe(scanPath);
      expect(textOf(page, '#first-steps ~ *, .first-step')).toContain('under way');
      expect(page('progress').first().attr('max')).toBe('2');

      const [first, second] = await tasksOf(app, scanPath.split('/').at(-1) ?? '');
      await completeTask(app, first!, verdictsOf({ Alpha: ['malicious', 'phishing'] }));
      expect(stepsOf(await open())).toHaveLength(5);
      await completeTask(app, second!, verdictsOf({}));
      const after = await open();
      expect(stepsOf(after)).toEqual([]);
      expect(textOf(after, 'main')).not.toContain('Nothing is known yet');
      expect(after('main svg[role=img]')).toHaveLength(1);
    });

    it('hides the steps from everybody where an admin says so', async () => {
      await get(VirusTotalSettingsService).update({ isActive: false });
      expect(stepsOf(await open())[0]).toBe('> Enter the VirusTotal key');
      await press('/first-steps/hide');
      expect(stepsOf(await open())).toEqual([]);
      await get(VirusTotalSettingsService).update({ isActive: true });
    });
  });

  describe('of one that is worked with', () => {
    let scenario: AlertScenario;

    beforeAll(async () => {
      scenario = new AlertScenario(app);
      await aVendor(app, { name: 'Alpha' }).catch(() => undefined);
      const { id } = await aPlatform(app, { name: 'Town hall' });
      await scenario.scan(id, { Alpha: 'malicious', 'Beta <b>': 'suspicious', Gamma: 'malicious' });
      const alert = await scenario.latest(id);
      const { detections } = await scenario.enriched(alert.id);
      await get(DisputeService).set(
        alert.id,
        detections[0]!.detection.id,
        { state: 'reported', contact: 'fp@alpha.example', followUpOn: '2026-03-04' },
        'ada@example.org',
      );
      await clock.skip(9 * DAY_MS);
      // No session lasts that long.
      await signIn();
    });

    const section = (page: CheerioAPI, id: string) => page(`section[aria-labelledby=${id}]`);

    it('names flagged platforms with their flags and alerts', async () => {
      const page = await open('viewer');
      const row = section(page, 'flagged').find('tbody tr').first();
      const hrefs = row
        .find('a')
        .toArray()
        .map((link) => page(link).attr('href') ?? '');
      expect(row.text()).toContain('Town hall');
      expect(row.text()).toContain('3 engines');
      expect(row.text()).toContain('High');
      for (const href of hrefs) {
        expect((await browsers.viewer.agent.get(href)).status).toBe(200);
      }
    });

    it('links each number to a list that has so many', async () => {
      const page = await open('viewer');
      const links = section(page, 'by-age')
        .find('td a')
        .toArray()
        .map((link) => [page(link).attr('href') ?? '', Number(page(link).text())] as const);
      expect(links.length).toBeGreaterThan(4);
      for (const [href, count] of links) {
        const list = (await browsers.viewer.open(href)).page;
        expect([href, list('main table tbody tr').length]).toEqual([href, count]);
      }
    });

    it('draws what stood, with a title, a sentence and a table for who cannot see it', async () => {
      const page = await open('viewer');
      const picture = section(page, 'over-time').find('svg[role=img]');
      const named = (picture.attr('aria-labelledby') ?? '').split(' ');
      expect(named.map((id) => page(`#${id}`).text())).toEqual([
        'Detections over the last 90 days',
        '4 detections stand now. The most were 4, on 2026-03-02.',
      ]);
      expect(picture.find('.chart-layer.is-malicious').attr('d')).toMatch(/^M[\d.,HVLZM-]+$/);
      expect(picture.find('.chart-layer.is-suspicious').attr('fill')).toMatch(/^url\(#/);
      expect(picture.find('.chart-gap')).toHaveLength(1);
      const rows = section(page, 'over-time')
        .find('details tbody tr')
        .toArray()
        .map((row) => page(row).text().replace(/\s+/g, ' ').trim());
      expect(rows).toEqual(['2026-03-02 to 2026-03-1131', '2025-12-12 to 2026-03-01not scanned']);
      expect(page('main [style]')).toHaveLength(0);
    });

    it('names the engines that flag most, with vendors and lists', async () => {
      const page = await open('analyst');
      const rows = section(page, 'engines')
        .find('tbody tr')
        .toArray()
        .map((row) =>
          page(row)
            .find('a')
            .toArray()
            .map((link) => page(link).attr('href')),
        );
      expect(rows[0]).toEqual([expect.stringMatching(/^\/vendor\/\d+$/), '/alerts?engine=Alpha']);
      expect(rows).toContainEqual(['/vendor/new?name=Beta+%3Cb%3E', '/alerts?engine=Beta+%3Cb%3E']);
      const viewer = await open('viewer');
      expect(section(viewer, 'engines').find('a[href^="/vendor/new"]')).toHaveLength(0);
    });

    it('tells what is due, and what is left of the budget', async () => {
      const page = await open('viewer');
      expect(section(page, 'disputes-due').text()).toContain('Town hall');
      expect(section(page, 'disputes-due').find('a[href="/disputes?show=due"]').length).toBe(2);
      expect(textOf(page, 'section[aria-labelledby=scanning]')).toContain('500 of 500');
    });

    it('speaks French to who reads French', async () => {
      const { text } = await browsers.viewer.agent.get('/').set('Accept-Language', 'fr');
      expect(text).toContain('Détections des 90 derniers jours');
      expect(text).toContain('4 détections à présent.');
      expect(text).toMatch(/1 (janv\.|févr\.|mars)/);
    });
  });
});

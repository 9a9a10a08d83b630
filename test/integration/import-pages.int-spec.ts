import { Logger } from '@nestjs/common';
import { AuditTrail } from '../../src/access/audit-trail.service.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { ImportMover } from '../../src/platform/import/import-mover.service.js';
import { Import } from '../../src/platform/import/import.entity.js';
import { PlatformImportRow } from '../../src/platform/platform-import-row.entity.js';
import { Platform } from '../../src/platform/platform.entity.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { EngineService } from '../../src/vendor/engine.service.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';
import { eventually } from '../support/eventually.js';
import { FakeClock } from '../support/fake-clock.js';
import { largeFile, sendFile } from '../support/import-file.js';
import { refuseWrite } from '../support/refusing-database.js';

const START = '2026-11-24T09:00:00Z';
const DAY_MS = 24 * 3_600_000;

describeOnEachDatabase('files and lists on pages', (database) => {
  let app: TestApp;
  let browser: Browser;
  const clock = new FakeClock(START);

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env, clock });
    browser = await app.browser('analyst');
    await app.nest.get(EngineService).ensure(['G-Data', 'ESET'], new Date(START));
  });
  beforeEach(async () => {
    await app.nest.get(UnitOfWork).run(async () => {
      await rows(Vendor).deleteAll();
      await rows(Platform).deleteAll();
    });
  });
  afterAll(async () => {
    await app.stop();
  });

  const rows = <T extends object>(entity: new () => T) =>
    app.nest.get(UnitOfWork).repository(entity);
  const csrf = async (path: string) =>
    (await browser.open(path)).page('input[name=_csrf]').first().attr('value') ?? '';
  const upload = async (path: string, content: string, token?: string) =>
    browser.agent
      .post(path)
      .field('_csrf', token ?? (await csrf(path)))
      .attach('file', Buffer.from(content), 'list.csv');
  const paste = async (urls: string) =>
    browser.agent
      .post('/platforms/paste')
      .field('_csrf', await csrf('/platforms/import'))
      .field('urls', urls);
  const figures = async (path: string) => {
    const { page } = await browser.open(path);
    const terms = page('dl.facts dt')
      .toArray()
      .map((term) => page(term).text());
    const values = page('dl.facts dd')
      .toArray()
      .map((value) => page(value).text());
    return Object.fromEntries(terms.map((term, index) => [term, values[index]]));
  };
  const text = async (path: string) => (await browser.open(path)).page('main').text();

  it('show what a file of vendors would do, and then do it', async () => {
    await aVendor(app, { name: 'ESET', contact: 'old@eset.example' });
    const sent = await upload('/vendor/import', 'name,contact\nESET,new@eset.example\nGData,x\n');
    const here = sent.headers.location ?? '';

    expect([sent.status, here]).toEqual([303, expect.stringMatching(/^\/vendor\/import\/\d+$/)]);
    expect(await figures(here)).toEqual({
      ...{
        File: 'list.csv',
        Rows: '2',
        'Near misses (counted above)': '1',
        Changed: '1',
        New: '1',
      },
    });
    expect(await text(here)).toContain('VirusTotal says G-Data');
    expect(await text(`${here}?show=changed`)).toContain('old@eset.example → new@eset.example');
    expect(await rows(Vendor).count()).toBe(1);

    const done = await browser.submit(here, {});
    expect([done.response.status, done.response.headers.location]).toEqual([303, '/vendor']);
    expect(await text('/vendor')).toContain('1 vendor added and 1 vendor changed');
    expect(await rows(Vendor).findOneBy({ name: 'ESET' })).toMatchObject({
      contact: 'new@eset.example',
    });

    const twice = await browser.agent
      .post(here)
      .type('form')
      .send({ _csrf: await csrf('/vendor') });
    expect([twice.status, twice.text]).toEqual([422, expect.stringContaining('imported already')]);
  });

  it('take the spelling of VirusTotal for a row, unless another row has it', async () => {
    const sent = await upload('/vendor/import', 'name\nGData\ng data\n');
    const here = sent.headers.location ?? '';
    const { page } = await browser.open(here);
    const [first, second] = page('tbody form')
      .toArray()
      .map((form) => page(form).attr('action'));

    const taken = await browser.submit(here, { name: 'G-Data' }, first);
    const refused = await browser.submit(here, { name: 'G-Data' }, second);
    const forged = await browser.submit(here, { name: 'Anything' }, second);
    await browser.submit(here, {});

    expect([taken.response.status, refused.response.status, forged.response.status]).toEqual([
      303, 422, 404,
    ]);
    const names = (await rows(Vendor).find()).map(({ name }) => name).sort();
    expect(names).toEqual(['G-Data', 'g data']);
  });

  it('import nothing while a row is bad, and say which', async () => {
    const sent = await upload('/vendor/import', 'name\nESET\n Ikarus\n');
    const here = sent.headers.location ?? '';
    const { page } = await browser.open(here);

    expect(page('[role=alert]').text()).toContain('all or nothing');
    expect(page('tbody tr').text()).toMatch(/Ikarus\s+3\s+bad\s*Name takes no white space/);
    expect(page(`form[action="${here}"] button`).length).toBe(0);
    const forced = await browser.submit(here, {});
    expect(forced.response.status).toBe(422);
    expect(await rows(Vendor).count()).toBe(0);
  });

  it('show the form again with what is wrong with a file', async () => {
    const wrong = await upload('/vendor/import', 'nmae\nESET\n');
    const none = await browser.agent
      .post('/vendor/import')
      .field('_csrf', await csrf('/vendor/import'))
      .field('text', ' ');

    expect([wrong.status, none.status]).toEqual([422, 422]);
    expect(wrong.text).toContain('there is none “nmae”');
    expect(wrong.text).toMatch(/name="file"[^>]*aria-invalid="true"/);
  });

  it('refuse a file without the token of the form, and one of a viewer', async () => {
    const forged = await upload('/vendor/import', 'name\nESET\n', 'wrong');
    const viewer = await app.browser('viewer');
    const { page } = await viewer.open('/vendor');
    const refused = await viewer.agent
      .post('/vendor/import')
      .field('_csrf', page('input[name=_csrf]').attr('value') ?? '')
      .attach('file', Buffer.from('name\nESET\n'), 'x.csv');

    expect([forged.status, refused.status]).toEqual([422, 403]);
    expect(forged.text).toContain('Nothing was saved yet');
    expect(await rows(Import).countBy({ kind: 'vendor', fileName: 'x.csv' })).toBe(0);
  });

  it('say what a list of URLs would add, and add what can be', async () => {
    await aPlatform(app, { name: 'There', url: 'https://there.example.org/' });
    const sent = await paste(
      [
        'https://new.example.org/shop/ https://two.example.org',
        'HTTPS://new.example.org/shop/#top',
        'https://There.example.org',
        'http://192.168.0.1/',
        'http://intranet/',
        'https://x.example.org/?token=abc',
        'not a url',
      ].join('\r\n'),
    );
    const here = sent.headers.location ?? '';

    expect(await figures(here)).toEqual({
      Rows: '10',
      Bad: '3',
      'Not reachable for VirusTotal': '2',
      'Twice in the list': '1',
      'With a token (counted above)': '1',
      New: '3',
      'The same': '1',
    });
    const page = await text(here);
    expect(page).toContain('4 active platforms need about');
    expect(await text(`${here}?show=private`)).toContain('cannot reach');

    await browser.submit(here, {});
    const added = await rows(Platform).find({ order: { id: 'ASC' } });
    expect(added.map(({ name, url }) => [name, url])).toEqual([
      ['There', 'https://there.example.org/'],
      ['new.example.org/shop', 'https://new.example.org/shop/'],
      ['two.example.org', 'https://two.example.org'],
    ]);
    expect(await text('/platforms')).toContain('2 platforms were added');
  });

  it('add the URLs with a token, too, when that is ticked', async () => {
    const sent = await paste('https://x.example.org/?token=abc');
    await browser.submit(sent.headers.location ?? '', { withTokens: 'true' });

    expect(await rows(Platform).count()).toBe(1);
    const none = await paste('  \n');
    expect([none.status, none.text]).toEqual([422, expect.stringContaining('error-urls')]);
  });

  it('warn of platforms that the key cannot carry, before they are there', async () => {
    await app.nest.get(VirusTotalSettingsService).update({ requestsPerDay: 10 });
    const lines = Array.from({ length: 30 }, (_, nth) => `https://p${nth}.example.org`);
    const sent = await paste(lines.join('\n'));
    const { page } = await browser.open(sent.headers.location ?? '');

    expect(page('.alert-warning').text()).toContain('30 active platforms need about 69 requests');
    const api = await app.api('write');
    const file = `url,name\n${lines.map((url) => `${url},x`).join('\n')}\n`;
    const dry = await sendFile(app, api, '/platforms/import', file, { dryRun: true });
    expect(dry.body.data.capacity).toMatchObject({ activePlatforms: 30, fits: false });
    await app.nest.get(VirusTotalSettingsService).update({ requestsPerDay: 500 });
  });

  it('change, revive and leave platforms as a file says', async () => {
    const kept = await aPlatform(app, {
      ...{ name: 'Kept', url: 'https://kept.example.org/', notes: 'mine', tags: ['a'] },
    });
    const gone = await aPlatform(app, { url: 'https://gone.example.org/', notes: 'old' });
    await app.nest.get(PlatformService).archive(gone.id);
    const file =
      'name,url,active,tags\nOther,https://kept.example.org/,no,"b, c"\nBack,https://gone.example.org/,,\n';
    const sent = await upload('/platforms/import', file);
    const here = sent.headers.location ?? '';

    const changed = await text(`${here}?show=changed`);
    expect(changed).toContain('Name: Kept → Other');
    expect(changed).toContain('Active: yes → no');
    expect(changed).toContain('Tags: a → b, c');
    await browser.submit(here, {});

    expect(await rows(Platform).findOneBy({ id: kept.id })).toMatchObject({
      ...{ name: 'Other', isActive: false, tags: ['b', 'c'], notes: 'mine' },
    });
    expect(await rows(Platform).findOneBy({ id: gone.id })).toMatchObject({
      ...{ name: 'Back', isActive: true, archivedAt: null, notes: '', tags: [] },
    });
  });

  it('forget a file that nobody imported for a day', async () => {
    await upload('/platforms/import', 'name,url\nA,https://a.example.org/\n');
    expect(await rows(PlatformImportRow).count()).toBeGreaterThan(0);

    await clock.skip(DAY_MS + 1);
    browser = await app.browser('analyst');
    await upload('/platforms/import', 'name,url\nB,https://b.example.org/\n');

    const kept = await rows(PlatformImportRow).find();
    expect(kept.map(({ label }) => label)).toContain('https://b.example.org/');
    expect(kept.map(({ label }) => label)).not.toContain('https://a.example.org/');
  });

  it('write nothing when the last statement fails', async () => {
    const sent = await upload('/vendor/import', 'name\nESET\nIkarus\n');
    const here = sent.headers.location ?? '';
    const record = jest
      .spyOn(AuditTrail.prototype, 'record')
      .mockRejectedValueOnce(new Error('planted'));
    const log = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    const failed = await browser.submit(here, {});
    record.mockRestore();
    log.mockRestore();

    expect(failed.response.status).toBe(500);
    expect(await rows(Vendor).count()).toBe(0);
    const again = await browser.submit(here, {});
    expect(again.response.status).toBe(303);
    expect(await rows(Vendor).count()).toBe(2);
  });

  it('answer at once for a large file, and show how far it got until all of it is there', async () => {
    const sent = await upload('/vendor/import', largeFile(1100));
    const here = sent.headers.location ?? '';
    const gate = holdBack(app.nest.get(ImportMover));
    const begun = await browser.submit(here, {});
    expect([begun.response.status, begun.response.headers.location]).toEqual([303, here]);
    await gate.isReached;

    const { page } = await browser.open(here);
    expect(page('progress').attr()).toMatchObject({ max: '1100', value: '500' });
    expect(page('#import-progress').attr('data-live')).toBe('');
    expect(page('#import-progress').text()).toContain('500 of 1,100 rows are written');
    expect(page('noscript').text()).toContain(`href="${here}"`);
    expect(page(`form[action="${here}"]`)).toHaveLength(0);
    const twice = await browser.agent
      .post(here)
      .type('form')
      .send({ _csrf: await csrf('/vendor') });
    expect([twice.status, twice.text]).toEqual([422, expect.stringContaining('imported already')]);

    gate.open();
    await eventually(
      () => text(here),
      (shown) => shown.includes('The file is imported, all of it'),
    );
    expect(await rows(Vendor).count()).toBe(1100);
    expect((await browser.open(here)).page('[data-live]')).toHaveLength(0);
  });

  it('write the rest of a large file by themselves when the database can take it again', async () => {
    const takeBack = await refuseWrite(app.nest, {
      write: 'INSERT ON vendors',
      when: "NEW.name = 'V700'",
    });
    const logs = (['error', 'warn'] as const).map((level) =>
      jest.spyOn(Logger.prototype, level).mockImplementation(),
    );
    const sent = await upload('/vendor/import', largeFile(1100));
    const here = sent.headers.location ?? '';
    const cut = await browser.submit(here, {});
    await eventually(
      () => Promise.resolve(logs[0]?.mock.calls.flat().join(' ')),
      (logged) => logged?.includes('An import is finished later') ?? false,
    );
    await clock.skip(60_000);
    const before = await rows(Vendor).count();
    const meanwhile = await text(here);
    await takeBack();
    await clock.skip(60_000);
    for (const log of logs) log.mockRestore();

    expect([cut.response.status, cut.response.headers.location]).toEqual([303, here]);
    // The first try of the minute may have written the hundred before the one that is refused.
    expect([500, 600]).toContain(before);
    expect(meanwhile).toMatch(/[56]00 of 1,100 rows are written/);
    // A try that was under way when the database took writes again may have met it half-way: each
    // minute brings another.
    await eventually(
      async () => {
        await clock.skip(60_000);
        return rows(Vendor).count();
      },
      (count) => count === 1100,
    );
  });
});

/** Holds the second batch of a file back, before its unit of work begins. */
function holdBack(mover: ImportMover): { isReached: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  let reached: () => void = () => undefined;
  const isOpen = new Promise<void>((resolve) => (open = resolve));
  const isReached = new Promise<void>((resolve) => (reached = resolve));
  const units = mover as unknown as { again: (work: () => Promise<unknown>) => Promise<unknown> };
  const again = units.again.bind(mover);
  let count = 0;
  const spy = jest.spyOn(units, 'again').mockImplementation(async (work) => {
    // First it is decided, then changed ones come, of which there are none, then the first batch.
    if ((count += 1) === 4) {
      reached();
      await isOpen;
      spy.mockRestore();
    }
    return again(work);
  });
  return {
    isReached,
    open: () => {
      open();
    },
  };
}

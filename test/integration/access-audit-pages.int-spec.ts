import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditEntry } from '../../src/access/audit-entry.entity.js';
import { AuditTrail } from '../../src/access/audit-trail.service.js';
import { RIGHTS } from '../../src/access/rights.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { hasString } from '../../src/web/translator.js';
import { type ApiClient, type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aVendor } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';

const FORMULA = '=HYPERLINK("http://evil.example","x")';
const HOSTILE = '<script>alert(1)</script>{{7*7}}$t(app.name)';

describeOnEachDatabase('the audit trail to read', (database) => {
  let app: TestApp;
  let api: ApiClient;
  let admin: Browser;
  let clock: FakeClock;

  beforeAll(async () => {
    clock = new FakeClock();
    app = await TestApp.start({ env: database().env, clock });
    api = await app.api('admin');
    admin = await app.browser('admin');
    for (const name of ['One', 'Two', 'Three']) await aVendor(app, { name });
    await aVendor(app, { name: FORMULA, contact: HOSTILE, comments: '-1+1' });
  });
  afterAll(async () => {
    await app.stop();
  });

  const rows = () =>
    app.nest
      .get(UnitOfWork)
      .repository(AuditEntry)
      .find({ order: { id: 'ASC' } });
  const labels = async (query: string) => {
    const { body } = await api.get(`/audit${query}`);
    return (body.data as { subject: { label: string } | null }[]).map((row) => row.subject?.label);
  };

  it('is shown newest first, escaped, in words', async () => {
    const { response, page } = await admin.open('/audit?action=vendor');

    expect(response.status).toBe(200);
    expect(page('h1').text()).toBe('Audit trail');
    const first = page('tbody tr').first().text();
    expect(first).toContain('Vendor added');
    expect(first).toContain(FORMULA);
    expect(first).toContain(HOSTILE);
    expect(response.text).not.toContain('<script>alert');
    expect(page('tbody tr')).toHaveLength(4);
  });

  it('has words for each action that the source records, and suggests its area', async () => {
    const recorded = sources('src')
      .filter((file) => !file.endsWith('spec.ts') && !file.endsWith('en.ts'))
      .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
      .filter((line) => /\baction\b|record\(|resets\.make\(|insert\(row/.test(line))
      .flatMap((line) => line.match(/(?<=')[a-z_]+\.[a-z_]+(?=')/g) ?? []);
    expect(recorded).toEqual(
      expect.arrayContaining(['user.reset_requested', 'engine.renamed', 'user.invite_accepted']),
    );
    const wordless = recorded.filter(
      (action) => !hasString(`audit.action.${action.replaceAll('.', '_')}`),
    );
    expect(wordless).toEqual([]);
    const { page } = await admin.open('/audit');
    const areas = page('datalist option')
      .toArray()
      .map((option) => page(option).attr('value'));
    const missing = recorded.filter((action) => !areas.includes(action.split('.')[0]));
    expect(missing).toEqual([]);
  });

  it('is narrowed in the address by who, what, of what and when', async () => {
    const day = clock.now().toISOString().slice(0, 10);
    // Users have mail addresses by chance, which may have these letters too.
    expect(await labels('?action=vendor&subject=tw')).toEqual(['Two']);
    expect(await labels('?action=vendor.created&limit=2')).toEqual([FORMULA, 'Three']);
    expect(await labels('?subject=token')).toEqual(['test admin']);
    expect(await labels('?actor=ADMIN-&action=sign_in')).toHaveLength(1);
    expect(await labels('?actor=%25')).toEqual([]);
    expect(await labels(`?action=vendor&from=${day}&to=${day}`)).toHaveLength(4);
    expect(await labels('?to=2000-01-01')).toEqual([]);
    expect(await labels('?from=2100-01-01')).toEqual([]);
    const [one] = (await rows()).filter(({ subjectLabel }) => subjectLabel === 'One');
    expect(await labels(`?subject=vendor:${one!.subjectId}`)).toEqual(['One']);
  });

  it.each([
    ['from', 'yesterday'],
    ['to', '2026-02-30'],
    ['action', "x' OR 1=1"],
    ['limit', '0'],
    ['cursor', 'none'],
    ['actor', 'x'.repeat(256)],
    ['else', '1'],
  ])('refuses %s=%s by name', async (field, value) => {
    const { status, body } = await api.get(`/audit?${field}=${encodeURIComponent(value)}`);
    expect(status).toBe(422);
    expect(body.errors).toEqual([expect.objectContaining({ field })]);
  });

  it('goes page by page without a gap while lines come', async () => {
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await api.get(`/audit?action=vendor&limit=3${cursor}`);
      const page = body.data as { id: string; subject: { label: string } }[];
      seen.push(...page.map(({ subject }) => subject.label));
      await aVendor(app, { name: `Meanwhile ${seen.length}` });
      if (body.meta.nextCursor === null) break;
      cursor = `&cursor=${body.meta.nextCursor as string}`;
    }
    expect(seen).toEqual([FORMULA, 'Three', 'Two', 'One']);
  });

  it('is a file that no spreadsheet runs', async () => {
    const { response } = await admin.open('/audit/export?action=vendor&subject=HYPERLINK');
    expect(response.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(response.headers['content-disposition']).toBe('attachment; filename=oju-audit.csv');
    const [head, line, rest] = response.text.split('\r\n');
    expect(head).toMatch(/^at,actorKind,actorId,actorName,address,action,/);
    expect(line).toContain(`"'=HYPERLINK(""http://evil.example"",""x"")"`);
    expect(rest).toBe('');
    expect(response.text).not.toMatch(/(^|,)"?[=+@-][^,]*/m);
  });

  it('is exported whole, however long, and says nothing of the filter in a header', async () => {
    const trail = app.nest.get(AuditTrail);
    await app.nest.get(UnitOfWork).run(async () => {
      for (let at = 0; at < 1100; at += 1) {
        await trail.record({ action: 'planted.many', subject: { kind: 'vendor', id: at } });
      }
    });
    const evil = encodeURIComponent('x\r\nSet-Cookie: a=b');
    const { response } = await admin.open('/audit/export?action=planted');
    expect(response.text.trimEnd().split('\r\n')).toHaveLength(1101);
    expect(new Set(response.text.match(/,vendor,\d+,/g)).size).toBe(1100);
    const injected = await admin.agent.get(`/audit/export?subject=${evil}`);
    expect(JSON.stringify(injected.headers)).not.toContain('a=b');
  });

  it('is for admins alone', async () => {
    const analyst = await app.browser('analyst');
    for (const path of ['/audit', '/audit/export']) {
      expect((await analyst.agent.get(path)).status).toBe(403);
    }
    expect((await (await app.api('write')).get('/audit')).status).toBe(403);
  });

  it('is changed by no route, and written at one place alone', async () => {
    const routes = Object.keys(RIGHTS);
    expect(routes.filter((route) => route.includes('audit'))).toEqual([
      'GET /audit',
      'GET /audit/export',
      'GET /api/v1/audit',
    ]);
    const before = await rows();
    const csrf = (await admin.open('/vendor')).page('input[name=_csrf]').attr('value');
    for (const route of routes) {
      const [method, path] = route.split(' ') as [string, string];
      if (path === '/logout' || path === '/profile/sessions/end') continue;
      const { id } = before[0]!;
      const verb = method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete';
      const address = path.replaceAll(/:\w+/g, String(id));
      if (path.endsWith('/events')) continue;
      if (path.startsWith('/api/')) {
        if (verb === 'get') await api.get(address.slice('/api/v1'.length));
        else await api[verb](address.slice('/api/v1'.length), {});
      } else if (verb === 'get') await admin.agent.get(address);
      else await admin.agent.post(address).type('form').send({ _csrf: csrf });
    }
    expect((await rows()).slice(0, before.length)).toEqual(before);

    const users = sources('src').filter((file) =>
      /(repository|from|into|delete|update)\(AuditEntry/.test(readFileSync(file, 'utf8')),
    );
    expect(users).toEqual(['src/access/audit-log.service.ts', 'src/access/audit-trail.service.ts']);
    const log = readFileSync('src/access/audit-log.service.ts', 'utf8');
    expect(log).not.toMatch(/\.(insert|save|update|delete|remove|clear|upsert|softDelete)\w*\(/);
    const trail = readFileSync('src/access/audit-trail.service.ts', 'utf8');
    expect(trail.match(/repository\(AuditEntry\)\.\w+/g)).toEqual([
      'repository(AuditEntry).insert',
    ]);
    const named = sources('src').filter((file) =>
      readFileSync(file, 'utf8').includes('audit_entries'),
    );
    expect(named).toEqual([
      'src/access/audit-entry.entity.ts',
      'src/database/migrations/1764000000009-audit.ts',
    ]);
  });
});

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

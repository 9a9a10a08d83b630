import type { CheerioAPI } from 'cheerio';
import request from 'supertest';
import { User } from '../../src/access/user.entity.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { ENTITIES } from '../../src/entities.js';
import { AlertScenario } from '../support/alert-scenario.js';
import { type ApiClient, Browser, TEST_PASSWORD, TestApp } from '../support/app.js';
import { cases, fewOf } from '../support/cases.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';
import { formulasIn, harmIn, PAYLOADS } from '../support/payloads.js';
import { entriesOf } from '../support/routes.js';
import { tried, triedSoFar } from '../support/tries-tally.js';

/** What a field is given that is not the one under test, so that the form gets as far as it can. */
const ELSE: Record<string, () => string> = {
  name: () => `Name ${(many += 1)}`,
  url: () => `https://injected-${(many += 1)}.example.org/`,
  email: () => `injected-${(many += 1)}@example.com`,
  text: () => 'a comment',
};
const FOR_DATABASES = new Set(['SQL', 'NUL and direction', 'prototype']);
const GRAVE = new Set(['HTML', 'SQL', 'NUL and direction']);
let many = 0;
let turn = 0;

interface Form {
  action: string;
  fields: Record<string, string>;
  texts: string[];
}

interface Described {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties?: Record<string, Property> }> };
}
interface Operation {
  parameters?: { in: string; name: string }[];
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
}
interface Property {
  type?: string;
  items?: unknown;
}

jest.setTimeout(120_000);

describeOnEachDatabase('text that would do harm', (database) => {
  let app: TestApp;
  let api: ApiClient;
  let admin: Browser;
  let description: Described;
  /** What pages and files make of text is the same on both; what a database does is not. */
  const payloads = () =>
    database().kind === 'sqlite' ? PAYLOADS : PAYLOADS.filter(([kind]) => FOR_DATABASES.has(kind));

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    api = await app.api('admin');
    admin = await app.browser('admin');
    const { id } = await aPlatform(app);
    await aVendor(app);
    await new AlertScenario(app).scan(id, { ESET: 'malicious' });
    description = (await request(app.http).get('/api/openapi.json')).body as Described;
  });
  afterAll(async () => {
    // Nothing that was tried took anything away.
    const unitOfWork = app.nest.get(UnitOfWork);
    for (const entity of ENTITIES) await unitOfWork.repository(entity).count();
    expect(await unitOfWork.repository(User).count()).toBeGreaterThan(0);
    await app.stop();
  });

  it('is but text in every field of every form', async () => {
    const harm: unknown[] = [];
    const seen = new Set<string>();
    const anonymous = new Browser(app.http);
    for (const { route, right, address } of entriesOf(app.nest, '1')) {
      if (!route.startsWith('GET ') || right.kind === 'api' || right.kind === 'either') continue;
      const browser = right.kind === 'public' ? anonymous : admin;
      const { response, page } = await browser.open(address);
      if (response.type !== 'text/html' || response.status !== 200) continue;
      for (const form of formsOf(page, address)) {
        if (seen.has(form.action)) continue;
        seen.add(form.action);
        for (const field of form.texts) {
          await withSome(async (kind, text) => {
            const answer = await post(browser, form, { [field]: text });
            tried(`${kind} in forms and bodies`);
            const found = harmIn(answer);
            if (found !== null) harm.push([form.action, field, text, found]);
          });
        }
      }
    }

    expect(harm).toEqual([]);
    expect([...seen]).toEqual(
      expect.arrayContaining([
        '/login',
        '/vendor',
        '/platforms/new',
        '/config/tokens',
        '/alerts/1/comments',
      ]),
    );
  });

  it('is but text in every field of every JSON body', async () => {
    const harm: unknown[] = [];
    let bodies = 0;
    for (const [path, operations] of Object.entries(description.paths)) {
      for (const [method, { requestBody }] of Object.entries(operations)) {
        const schema = requestBody?.content['application/json']?.schema.$ref?.split('/').pop();
        if (schema === undefined) continue;
        bodies += 1;
        const properties = description.components.schemas[schema]?.properties ?? {};
        for (const [field, { type, items }] of Object.entries(properties)) {
          await withSome(async (kind, text) => {
            const others = Object.keys(properties).filter((name) => Object.hasOwn(ELSE, name));
            const body = {
              ...Object.fromEntries(others.map((name) => [name, ELSE[name]?.()])),
              [field]: type === 'array' || items ? [text] : text,
            };
            const verb = method as 'post' | 'put' | 'patch';
            const address = path.replace('/api/v1', '').replaceAll(/\{\w+\}/g, '1');
            const answer = await api[verb](address, body);
            tried(`${kind} in forms and bodies`);
            const found = harmIn(answer);
            if (found !== null) harm.push([method, path, field, text, found]);
          });
        }
      }
    }

    expect(harm).toEqual([]);
    expect(bodies).toBeGreaterThan(6);
  });

  it('is but text in every query, and in what a browser says of itself', async () => {
    const harm: unknown[] = [];
    const asked: [path: string, name: string, isApi: boolean][] = [];
    for (const [path, { get }] of Object.entries(description.paths)) {
      if (path.endsWith('/events')) continue;
      for (const { in: place, name } of get?.parameters ?? []) {
        if (place === 'query') asked.push([path.replaceAll(/\{\w+\}/g, '1'), name, true]);
      }
    }
    for (const path of ['/vendor', '/platforms', '/alerts', '/scans', '/audit', '/config/tokens']) {
      const { page } = await admin.open(path);
      const names = page('form[method=get] [name]').map((_, field) => page(field).attr('name'));
      for (const name of new Set([...names.toArray(), 'cursor', 'limit']))
        asked.push([path, name, false]);
    }
    asked.push(['/vendor/new', 'name', false], ['/setup', 'token', false]);
    for (const [path, name, isApi] of asked) {
      await withEach(async (kind, text) => {
        const address = `${path}?${new URLSearchParams({ [name]: text }).toString()}`;
        const answer = await (isApi
          ? api.get(address.replace('/api/v1', ''))
          : admin.agent.get(address));
        tried(`${kind} in queries`);
        const found = harmIn(answer);
        if (found !== null) harm.push([path, name, text, found]);
      });
    }
    const { email } = await app.nest.get(UnitOfWork).repository(User).findOneByOrFail({ id: 1 });
    for (const [kind, text] of payloads()) {
      const header = text.replaceAll(/[^\x20-\x7e]/g, '');
      const browser = new Browser(app.http);
      void browser.agent.set('User-Agent', header).set('Referer', header);
      await browser.submit('/login', { email, password: TEST_PASSWORD });
      tried(`${kind} in headers`);
      // It lists the browsers that are signed in by what they said of themselves.
      const found = harmIn(await browser.agent.get('/profile'));
      if (found !== null) harm.push(['User-Agent', text, found]);
    }

    expect(harm).toEqual([]);
    expect(asked.length).toBeGreaterThan(25);
  });

  it('is but text on every page that shows what was stored, and no formula in a CSV', async () => {
    const harm: unknown[] = [];
    let exports = 0;
    for (const id of ['1', '2', '3', '4', '5']) {
      for (const { route, right, address } of entriesOf(app.nest, id)) {
        if (!route.startsWith('GET ') || route.endsWith('/events')) continue;
        if (id !== '1' && !route.includes(':')) continue;
        const isApi = right.kind === 'api' || right.kind === 'either';
        const answer = await (isApi
          ? api.get(address.replace('/api/v1', ''))
          : admin.agent.get(address));
        const found = harmIn(answer);
        if (found !== null && !route.startsWith('GET /health')) harm.push([route, found]);
        if (answer.type !== 'text/csv') continue;
        exports += 1;
        tried('cells of CSV exports', answer.text.split('\n').length);
        harm.push(...formulasIn(answer.text).map((cell) => [route, cell]));
      }
    }

    expect(harm).toEqual([]);
    expect(exports).toBeGreaterThan(0);
    expect(triedSoFar('SQL in forms and bodies')).toBeGreaterThan(cases(30));
  });

  /** All at once: most of the time goes into waiting for the database. */
  async function withEach(attempt: (kind: string, text: string) => Promise<void>): Promise<void> {
    const some = fewOf(payloads(), 4, (turn += 1));
    await Promise.all(some.map(([kind, text]) => attempt(kind, text)));
  }

  /** A grave one in every field, and one of the others, in turn: there are some hundred fields. */
  async function withSome(attempt: (kind: string, text: string) => Promise<void>): Promise<void> {
    turn += 1;
    const all = payloads();
    const grave = all.filter(([kind]) => GRAVE.has(kind));
    const others = all.filter(([kind]) => !GRAVE.has(kind));
    const some = [...fewOf(grave, 1, turn), ...fewOf(others, 1, turn)];
    await Promise.all(some.map(([kind, text]) => attempt(kind, text)));
  }

  async function post(browser: Browser, { action, fields }: Form, more: Record<string, string>) {
    const others = Object.entries(fields).map(([name, value]) => [
      name,
      value === '' ? (ELSE[name]?.() ?? '') : value,
    ]);
    const send = () =>
      browser.agent
        .post(action)
        .type('form')
        .send({ ...Object.fromEntries(others), ...more });
    const answer = await send();
    if (answer.status !== 429) return answer;
    await app.forgetTries();
    return send();
  }
});

/** The forms of a page that take text, with what they would send as they stand. */
function formsOf(page: CheerioAPI, address: string): Form[] {
  return page('form[method=post]')
    .toArray()
    .map((form) => {
      const fields: Record<string, string> = {};
      const texts: string[] = [];
      for (const field of page(form).find('[name]').toArray()) {
        const name = page(field).attr('name') ?? '';
        const type = page(field).attr('type') ?? 'text';
        const isBox = type === 'checkbox' || type === 'radio';
        if (isBox && page(field).attr('checked') === undefined) continue;
        fields[name] = String(page(field).val() ?? '');
        if (name !== '_csrf' && !isBox && field.tagName !== 'button') texts.push(name);
      }
      const isText =
        page(form).find('input:not([type=hidden], [type=checkbox], [type=radio]), textarea')
          .length > 0;
      return { action: page(form).attr('action') ?? address, fields, texts: isText ? texts : [] };
    })
    .filter(({ texts }) => texts.length > 0);
}

describe('a spreadsheet’s formula', () => {
  it('is found in a CSV that has one, so that the test above can fail', () => {
    expect(formulasIn('a,=1+1\n"@SUM(1)",b\n')).toEqual(['=1+1', '@SUM(1)']);
    expect(formulasIn(`a,"'=1+1"\n2026-01-01,b\n`)).toEqual([]);
  });

  it('is not the only harm that is looked for', () => {
    const answer = { status: 200, headers: { 'content-type': 'text/html' }, text: '' };
    for (const bad of [
      { status: 500 },
      { headers: { 'x-injected': '1' } },
      { headers: { location: '//evil.example' } },
      { text: '<td><script>alert(1)</script></td>' },
      { text: 'OjuSSTI' },
      { text: 'Error\n    at run (/app/dist/x.js:1:2)' },
    ]) {
      expect([bad, harmIn({ ...answer, ...bad })]).not.toEqual([bad, null]);
    }
    expect(harmIn(answer)).toBeNull();
  });
});

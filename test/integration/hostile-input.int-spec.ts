import { type CheerioAPI, load } from 'cheerio';
import { AlertScenario } from '../support/alert-scenario.js';
import { type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';
import { entriesOf } from '../support/routes.js';

/** Turns what comes after it round, and is from the right itself. */
const TURNED = 'abc\u202egnp.exe שלום عالم';

const TEXTS: readonly (readonly [kind: string, text: string])[] = [
  ['5,000 characters', 'x'.repeat(5000)],
  ['text from the right that turns the rest round', TURNED],
  ['emoji', '👩‍💻🙂 e\u0301'],
  ['nothing to see', '\u200b\u200d\u202e'],
  ['HTML', `<img src=x onerror="alert('1')"></textarea></title><script>alert(1)</script>&lt;b&gt;`],
];

/** A field of a form: where the form is and goes, and what else it takes. */
interface Field {
  page: string;
  action: string;
  name: string;
  others?: Record<string, string>;
  /** Where the text is shown then; without one where the answer leads. */
  shownAt?: string;
}

let many = 0;
const unlike = () => (many += 1);
const vendor = () => ({ name: `Vendor ${unlike()}` });
const platform = () => ({ name: 'P', url: `https://p${unlike()}.example.org/` });

const FIELDS: readonly (readonly [what: string, field: () => Field])[] = [
  ...['name', 'contact', 'comments'].map(
    (name) =>
      [
        `a vendor’s ${name}`,
        () => ({ page: '/vendor/new', action: '/vendor/new', name, others: vendor() }),
      ] as const,
  ),
  ...['name', 'url', 'ownerName', 'ownerEmail', 'tags', 'notes'].map(
    (name) =>
      [
        `a platform’s ${name}`,
        () => ({ page: '/platforms/new', action: '/platforms/new', name, others: platform() }),
      ] as const,
  ),
  ['a comment', () => ({ page: '/alerts/1', action: '/alerts/1/comments', name: 'text' })],
  ['a note', () => ({ page: '/alerts/1', action: '/alerts/1/state', name: 'note' })],
  ['an assignee', () => ({ page: '/alerts/1', action: '/alerts/1/state', name: 'assignee' })],
  ...['contact', 'reference', 'followUpOn', 'note'].map((name) => {
    const page = '/alerts/1/detections/1/dispute';
    return [
      `a dispute’s ${name}`,
      () => ({ page, action: page, name, others: { state: 'reported' } }),
    ] as const;
  }),
  ...['name', 'config.to', 'tags', 'owners', 'quietZone'].map(
    (name) =>
      [
        `a channel’s ${name}`,
        () => ({
          page: '/config/notifications/new?kind=email',
          action: '/config/notifications/new',
          name,
          others: { name: `Channel ${unlike()}`, 'config.to': 'ada@example.org' },
        }),
      ] as const,
  ),
  [
    'a webhook’s address',
    () => ({
      page: '/config/notifications/new?kind=webhook',
      action: '/config/notifications/new',
      name: 'config.url',
      others: { name: 'W' },
    }),
  ],
  ['a token’s name', () => ({ page: '/config/tokens', action: '/config/tokens', name: 'name' })],
  ['a user’s address', () => ({ page: '/config/users', action: '/config/users', name: 'email' })],
  ...['requestsPerDay', 'keepDetailsDays', 'alertThreshold'].map(
    (name) =>
      [
        `a setting, ${name}`,
        () => ({
          page: '/config/integrations/virustotal',
          action: '/config/integrations/virustotal',
          name,
        }),
      ] as const,
  ),
  [
    'a list of URLs',
    () => ({ page: '/platforms/import', action: '/platforms/paste', name: 'urls' }),
  ],
  ['a pasted file', () => ({ page: '/vendor/import', action: '/vendor/import', name: 'text' })],
];

/** What is typed into the boxes that search and filter. */
const BOXES = [
  ['/vendor', 'search'],
  ['/platforms', 'search'],
  ['/alerts', 'search'],
  ['/alerts', 'engine'],
  ['/alerts', 'vendor'],
  ['/alerts', 'owner'],
  ['/alerts', 'tag'],
  ['/alerts', 'assignee'],
  ['/audit', 'actor'],
  ['/audit', 'subject'],
] as const;

describeOnEachDatabase('hostile text', (database) => {
  let app: TestApp;
  let admin: Browser;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    admin = await app.browser('admin');
    const names = { name: `P ${TURNED}`, ownerName: TURNED, notes: TURNED, tags: [TURNED] };
    const { id } = await aPlatform(app, names);
    await aVendor(app, { name: TURNED, contact: TURNED, comments: TURNED });
    await aVendor(app, { name: 'ESET', contact: TURNED, comments: TURNED });
    const scenario = new AlertScenario(app);
    await scenario.scan(id, { ESET: ['malicious', TURNED], [`${TURNED}x`]: 'malicious' });
  });
  afterAll(async () => {
    await app.stop();
  });

  it.each(FIELDS)('in %s is refused by its field, or stored and shown as text', async (_, make) => {
    for (const [kind, text] of TEXTS) {
      const { page: path, action, name, others, shownAt } = make();
      const { page: form } = await admin.open(path);
      const fields = { ...fieldsOf(form, action), ...others, [name]: text };
      const response = await admin.agent.post(action).type('form').send(fields);
      const at = `${kind} in ${name}`;
      expect([at, response.status]).toEqual([at, response.status === 303 ? 303 : 422]);
      if (response.status === 422) {
        expect([at, refusalOf(load(response.text), name, text)]).toEqual([at, 'by its field']);
      } else {
        const shown = await admin.open(shownAt ?? response.headers.location ?? '');
        expect([at, shown.response.status, harmOf(shown.page)]).toEqual([at, 200, null]);
      }
    }
  });

  it.each(BOXES)('in the box of %s for %s finds nothing, and does no harm', async (path, name) => {
    for (const [kind, text] of TEXTS) {
      const query = new URLSearchParams({ [name]: text }).toString();
      const { response, page } = await admin.open(`${path}?${query}`);
      const at = `${kind} in ${name}`;
      expect([at, response.status]).toEqual([at, response.status === 422 ? 422 : 200]);
      expect([at, harmOf(page)]).toEqual([at, null]);
    }
  });

  it('turns nothing beside it round, on any page', async () => {
    const wrong: unknown[] = [];
    let shown = 0;
    const again = ['/alerts?state=all', '/disputes?show=all', '/vendor/engines'];
    const paths = entriesOf(app.nest, '1')
      .filter(({ right, method }) => method === 'GET' && right.kind === 'page')
      .map(({ address }) => address);
    for (const path of [...paths, ...again]) {
      const response = await admin.agent.get(path);
      if (!response.type.includes('html')) continue;
      const page = load(response.text);
      const loose = looseTexts(page);
      if (page('main').text().includes('gnp.exe')) shown += 1;
      if (loose.length > 0) wrong.push([path, ...loose]);
    }
    expect(wrong).toEqual([]);
    expect(shown).toBeGreaterThan(10);
  });
});

/** What the form of that address would send as it stands. */
function fieldsOf(page: CheerioAPI, action: string): Record<string, string> {
  const form = load(page(`form[method=post][action="${action}"]`).last().toString());
  return Object.fromEntries(
    form('[name]')
      .toArray()
      .filter((field) => field.tagName !== 'button' && form(field).attr('type') !== 'file')
      .filter((field) => {
        const isBox = ['checkbox', 'radio'].includes(form(field).attr('type') ?? '');
        return !isBox || form(field).attr('checked') !== undefined;
      })
      .map((field) => [form(field).attr('name') ?? '', String(form(field).val() ?? '')]),
  );
}

/** How a page says that a field was refused. */
function refusalOf(page: CheerioAPI, name: string, text: string): string {
  const field = page(`main [name="${name}"]`).filter(
    (_, one) => page(one).attr('type') !== 'hidden',
  );
  const harm = harmOf(page);
  if (harm !== null) return harm;
  const isSecret = name === 'config.url' || name === 'text';
  const isNumber = field.attr('type') === 'number';
  if (!isSecret && !isNumber && unbroken(String(field.val())) !== unbroken(text)) return 'not kept';
  const link = page('[role=alert] a[href^="#"]').first().attr('href') ?? '';
  if (link === '') return 'no link to it in the summary';
  // The name of a field may have a dot in it, and no quotation mark.
  const target = page(`[id="${link.slice(1)}"]`);
  if (target.length === 0) return `a link to nothing: ${link}`;
  if (target.attr('autofocus') === undefined) return `${link} has not the focus`;
  const told = (target.attr('aria-describedby') ?? '').split(' ')[0] ?? '';
  const isTold = target.attr('aria-invalid') === 'true' && page(`[id="${told}"]`).text() !== '';
  return isTold ? 'by its field' : `${link} does not say what is wrong`;
}

function unbroken(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function harmOf(page: CheerioAPI): string | null {
  if (page('img[src=x]').length > 0) return 'a picture';
  const scripts = page('script').filter((_, script) => page(script).attr('src') === undefined);
  return scripts.length > 0 ? 'a script' : null;
}

const INLINE = 'a, b, button, code, label, pre, span, strong, time';
const ALONE = 'bdi, [dir=auto], .spelling, textarea, option, title';

/** Texts that turn round what stands beside them. */
function looseTexts(page: CheerioAPI): string[] {
  const loose: string[] = [];
  const nodes = page('*').contents().toArray();
  for (const node of nodes) {
    if (!('data' in node) || !node.data.includes('\u202e')) continue;
    const parent = page(node.parent as never);
    if (parent.is('title')) loose.push('the title');
    // Styles keep these apart from what stands beside them, and blocks are apart by themselves.
    const isOnly = parent.text().trim() === node.data.trim();
    if (
      parent.closest(ALONE).length > 0 ||
      (isOnly && (parent.is(INLINE) || isBlock(parent.prop('tagName'))))
    ) {
      continue;
    }
    loose.push(
      `<${String(parent.prop('tagName')).toLowerCase()}> ${node.data.trim().slice(0, 60)}`,
    );
  }
  return loose;
}

function isBlock(tag: unknown): boolean {
  return /^(DD|DT|H\d|LI|P|TD|TH|LEGEND|CAPTION|SUMMARY|DIV|FIGCAPTION)$/.test(String(tag));
}

import type { Browser } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import {
  activate,
  addPlatforms,
  type ScanBench,
  scanEnded,
  startScanBench,
} from '../support/polite-scan.js';

const FACTOR = 200;
const MARKUP = `"'><b data-x>{{bold}}</b><script data-x>alert(1)</script>\u202e\u0000&amp;`;
/** Without control characters, which no engine's name has. */
const NAME = MARKUP.replace('\u0000', '');

jest.setTimeout(30_000);

describeOnEachDatabase('hostile text in an answer of VirusTotal', (database) => {
  let bench: ScanBench;
  let browser: Browser;
  let paths: Record<'scan' | 'flagged' | 'refused' | 'alert', string>;

  beforeAll(async () => {
    bench = await startScanBench(database(), FACTOR);
    const [flagged, refused] = await addPlatforms(bench.api, 2);
    const said = (engine: string, category: string) => ({
      engine,
      category,
      result: MARKUP,
      method: MARKUP,
    });
    const shy = said(`${NAME} 2`, 'is-clean"><b data-x>{{bold}}</b>');
    bench.standIn.script(flagged!, [said(NAME, 'malicious'), shy, said('constructor', 'toString')]);
    bench.standIn.script(refused!, { refuse: MARKUP });
    await activate(bench.api);
    const scan = await scanEnded(bench.api, 25_000);
    expect(scan).toMatchObject({ state: 'completed_with_errors', counts: { flagged: 1 } });
    const platforms = (await bench.api.get('/platforms')).body.data as {
      id: string;
      url: string;
    }[];
    const pageOf = (url?: string) => `/platforms/${platforms.find((one) => one.url === url)?.id}`;
    const [alert] = (await bench.api.get('/alerts')).body.data as { id: string }[];
    paths = {
      scan: `/scans/${scan.id}`,
      flagged: pageOf(flagged),
      refused: pageOf(refused),
      alert: `/alerts/${alert!.id}`,
    };
    browser = await bench.app.browser('analyst');
  });
  afterAll(async () => {
    await bench.stop();
  });

  it.each([
    ['the scan', () => paths.scan, 1],
    ['the flagged platform', () => paths.flagged, 5],
    ['the refused platform', () => paths.refused, 0],
    ['the alert', () => paths.alert, 2],
    ['the alerts', () => '/alerts', 1],
    ['the dashboard', () => '/', 0],
  ])('is text on the page of %s', async (_page, path, least) => {
    const { response, page } = await browser.open(path());
    expect(response.status).toBe(200);
    expect(page('[data-x]')).toHaveLength(0);
    const shown = page('main').text().split('<b data-x>{{bold}}</b>').length - 1;
    expect(shown).toBeGreaterThanOrEqual(least);
  });

  it('is what an unknown category is shown as, and no class or word of Oju’s', async () => {
    const { page } = await browser.open(paths.flagged);
    const row = (engine: string) =>
      page('tr').filter((_, tr) => page(tr).find('th').text() === engine);
    expect(row('constructor').text()).toContain('toString');
    expect(row(`${NAME} 2`).text()).toContain('is-clean');
    expect(page('.badge').filter((_, badge) => page(badge).hasClass('is-clean'))).toHaveLength(0);
  });

  it('comes as it is in JSON', async () => {
    const { body } = await bench.api.get(`${paths.flagged}/verdicts`);
    const verdicts = body.data as { engine: string; category: string; result: string }[];
    expect(verdicts.find(({ engine }) => engine === NAME)).toMatchObject({
      category: 'malicious',
      result: MARKUP,
    });
  });
});

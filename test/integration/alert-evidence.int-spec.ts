import { VERSION } from '../../src/config/version.js';
import { type ApiClient, type Browser, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';
import { completeTask, startWithIdleEngine, tasksOf, verdictsOf } from '../support/scan-drive.js';

describeOnEachDatabase('the evidence pack of an alert', (database) => {
  let app: TestApp;
  let api: ApiClient;
  let viewer: Browser;
  const clock = new FakeClock();

  beforeAll(async () => {
    app = await startWithIdleEngine(database(), { clock });
    api = await app.api('write');
    viewer = await app.browser('viewer');
  });
  afterAll(async () => {
    await app.stop();
  });

  const scan = async (platformId: number, said: Parameters<typeof verdictsOf>[0]) => {
    // Scans of a platform are hours apart; within a millisecond the opening one could not be told.
    clock.set(3_600_000);
    const begun = await api.post('/scans', { platformIds: [String(platformId)] });
    const scanId = begun.body.data.id as string;
    await completeTask(app, (await tasksOf(app, scanId))[0]!, verdictsOf(said));
    return scanId;
  };

  it('holds every verdict then and now, disputes, timeline and history, as page, file and JSON', async () => {
    const hostile = '<script>alert(1)</script>';
    const notes = 'Has not paid';
    const comments = 'They never answer';
    const { id } = await aPlatform(app, { name: `Shop ${hostile}`, notes, ownerName: 'Ada' });
    await aVendor(app, { name: 'Flagger', contact: 'fp@flagger.example', comments });
    await scan(id, { Flagger: ['harmless', 'clean'], Gone: ['harmless', 'clean'] });
    const opening = await scan(id, {
      Flagger: ['malicious', hostile],
      Gone: ['undetected', 'unrated'],
    });
    const { body } = await api.get(`/alerts?platformId=${id}`);
    const alert = body.data[0] as { id: string; detections: { id: string }[] };
    await api.put(`/alerts/${alert.id}/detections/${alert.detections[0]?.id}/dispute`, {
      state: 'reported',
      reference: 'T-1',
    });
    const last = await scan(id, { Flagger: ['harmless', 'clean'], New: ['timeout', null] });

    const answer = await api.get(`/alerts/${alert.id}/evidence`);
    expect(answer.status).toBe(200);
    const pack = answer.body.data as Record<string, unknown>;
    expect(pack).toMatchObject({
      version: VERSION,
      platform: { ownerName: 'Ada', name: `Shop ${hostile}` },
      links: {
        alert: expect.stringMatching(`/alerts/${alert.id}$`) as string,
        virusTotal: `https://www.virustotal.com/gui/url/${id.toString(16).padStart(64, '0')}`,
      },
      atOpening: { scanId: opening },
      now: { scanId: last },
      scans: 3,
      alert: {
        state: 'resolved',
        detections: [{ dispute: { state: 'closed', reference: 'T-1' } }],
        timeline: expect.any(Array) as unknown[],
      },
    });
    // Noted for those who use Oju, and for nobody else.
    for (const inner of [notes, comments]) expect(JSON.stringify(pack)).not.toContain(inner);
    const engines = pack.engines as { engine: string; atOpening: object; now: object }[];
    const of = (name: string) => engines.find(({ engine }) => engine === name);
    expect(of('Flagger')).toMatchObject({
      atOpening: { category: 'malicious', result: hostile },
      now: { category: 'harmless' },
      vendor: { contact: 'fp@flagger.example' },
    });
    expect(of('Gone')).toMatchObject({ atOpening: { category: 'undetected' }, now: null });
    expect(of('New')).toMatchObject({ atOpening: null, now: { category: 'timeout' } });
    expect(engines).toHaveLength(28);
    expect((pack.history as { scanId: string }[]).map(({ scanId }) => scanId)[0]).toBe(last);

    const file = await viewer.agent.get(`/alerts/${alert.id}/evidence.json`);
    expect(file.headers['content-disposition']).toBe(
      `attachment; filename=oju-alert-${alert.id}-evidence.json`,
    );
    expect({ ...(file.body as object), madeAt: '' }).toEqual({ ...(pack as object), madeAt: '' });

    const { response, page } = await viewer.open(`/alerts/${alert.id}/evidence`);
    expect(response.status).toBe(200);
    expect(response.text).not.toContain('<script>alert');
    expect(response.text).not.toContain(notes);
    expect(page('nav')).toHaveLength(0);
    expect(page('h1')).toHaveLength(1);
    expect(page('[aria-labelledby=verdicts] tbody tr')).toHaveLength(28);
    expect(page('main').text()).toContain('The dispute with Flagger is closed');
    expect(page('main').text()).toContain('The first scan that is kept.');
  });

  it('is for nobody where there is no alert', async () => {
    expect((await api.get('/alerts/999999/evidence')).status).toBe(404);
    expect((await viewer.open('/alerts/x/evidence')).response.status).toBe(404);
    expect((await viewer.agent.get('/alerts/999999/evidence.json')).status).toBe(404);
  });
});

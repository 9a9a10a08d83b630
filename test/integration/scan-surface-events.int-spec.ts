import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ScanProgress } from '../../src/scan/scan-progress.js';
import { ScanService } from '../../src/scan/scan.service.js';
import { ScanStateService } from '../../src/scan/scan-state.service.js';
import { type ApiClient, TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';
import { completeTask, startWithIdleEngine, tasksOf, verdictsOf } from '../support/scan-drive.js';

/** A look at the database, generously, real ms. */
const LOOK_TAKES_MS = 50;

interface Event {
  type: string;
  data: Record<string, unknown>;
}

/** Reads server-sent events from a real connection. */
class EventReader {
  private text = '';
  private readonly taken: Event[] = [];
  isEnded = false;

  constructor(readonly answer: IncomingMessage) {
    answer.setEncoding('utf8');
    answer.on('data', (chunk: string) => {
      this.text += chunk;
      for (let end = this.text.indexOf('\n\n'); end >= 0; end = this.text.indexOf('\n\n')) {
        const event = parse(this.text.slice(0, end));
        this.text = this.text.slice(end + 2);
        if (event) this.taken.push(event);
      }
    });
    for (const name of ['end', 'close', 'error']) {
      answer.on(name, () => {
        this.isEnded = true;
      });
    }
  }

  /** The next event; moves the clock on second by second, with time for a look, until there is one. */
  async next(clock: FakeClock): Promise<Event | null> {
    for (let waits = 1; this.taken.length === 0 && !this.isEnded; waits += 1) {
      await delay(LOOK_TAKES_MS / 10);
      if (waits % 10 === 0) await clock.advance(1000);
    }
    return this.taken.shift() ?? null;
  }
}

function parse(block: string): Event | null {
  const fields = new Map(
    block
      .split('\n')
      .filter((line) => line.includes(': '))
      .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
  );
  const [type, data] = [fields.get('event'), fields.get('data')];
  return type && data ? { type, data: JSON.parse(data) as Record<string, unknown> } : null;
}

describeOnEachDatabase("a scan's progress as events", (database) => {
  const clock = new FakeClock();
  let app: TestApp;
  let api: ApiClient;

  beforeAll(async () => {
    app = await startWithIdleEngine(database(), { clock });
    await app.nest.listen(0, '127.0.0.1');
    api = await app.api('write');
  });
  afterAll(async () => {
    await app.stop();
  });

  const open = (scanId: string, headers: Record<string, string>): Promise<EventReader> =>
    new Promise((resolve, reject) => {
      const { port } = app.http.address() as AddressInfo;
      const path = `/api/v1/scans/${scanId}/events`;
      request({ host: '127.0.0.1', port, path, headers }, (answer) => {
        resolve(new EventReader(answer));
      })
        .on('error', reject)
        .end();
    });
  const bearer = () => ({ authorization: `Bearer ${api.token}` });
  const begin = async (count: number): Promise<string> => {
    const platformIds: string[] = [];
    for (let made = 0; made < count; made += 1) platformIds.push(String((await aPlatform(app)).id));
    return (await api.post('/scans', { platformIds })).body.data.id as string;
  };

  it('sends the scan at once, whenever it changed, and its end', async () => {
    const id = await begin(2);
    const events = await open(id, bearer());
    expect(events.answer.statusCode).toBe(200);
    expect(events.answer.headers['content-type']).toContain('text/event-stream');

    const current = async () => (await api.get(`/scans/${id}`)).body.data as object;
    expect(await events.next(clock)).toEqual({ type: 'progress', data: await current() });

    const [first, second] = await tasksOf(app, id);
    await completeTask(app, first!, verdictsOf({}));
    // Between the two writes of a task a look may fall: the last of them is what counts.
    let event = await events.next(clock);
    while (event?.data.requestsUsed !== 2) event = await events.next(clock);
    expect(event).toEqual({ type: 'progress', data: await current() });

    await completeTask(app, second!, verdictsOf({}));
    const rest: (Event | null)[] = [];
    do rest.push(await events.next(clock));
    while (rest.at(-1)?.type === 'progress');
    expect(rest.at(-2)).toEqual({ type: 'progress', data: await current() });
    expect(rest.at(-1)).toEqual({ type: 'end', data: await current() });
    expect(await events.next(clock)).toBeNull();
    expect(events.isEnded).toBe(true);
  });

  it('tells a person in words as well, in the language of the profile, and anew as time passes', async () => {
    const id = await begin(2);
    const viewer = await app.browser('viewer');
    await viewer.submit('/profile', { language: 'fr', timeZone: 'Europe/Paris' });
    const events = await open(id, { cookie: viewer.cookie });
    const words = async () => {
      let event = await events.next(clock);
      while (event?.type === 'progress') event = await events.next(clock);
      return event;
    };
    expect(await words()).toMatchObject({
      type: 'words',
      data: {
        ...{ id, state: 'queued', done: 0, total: 2 },
        words: { state: 'en file d’attente', count: '0 plateformes traitées sur 2' },
      },
    });

    const [first, second] = await tasksOf(app, id);
    const scan = await app.nest.get(ScanService).get(Number(id));
    await app.nest.get(ScanStateService).running(Object.assign(first!, { scan }));
    await completeTask(app, first!, verdictsOf({}));
    let told = await words();
    while ((told?.data as { done: number }).done !== 1) told = await words();
    expect(told?.data.words).toMatchObject({
      now: expect.stringMatching(/^Environ 104 plateformes par heure\. Encore environ 1 minute\.$/),
    });

    await completeTask(app, second!, verdictsOf({}));
    do told = await words();
    while (told?.type === 'words' && told.data.eventsHref !== '');
    expect(told).toMatchObject({ type: 'words', data: { state: 'completed', done: 2 } });
    expect((await words())?.type).toBe('end');
  });

  it('stops after a minute, so that whoever was signed out sees no more', async () => {
    const id = await begin(1);
    const events = await open(id, bearer());
    expect((await events.next(clock))?.type).toBe('progress');

    await clock.advance(58_000);
    expect(events.isEnded).toBe(false);
    expect(await events.next(clock)).toBeNull();
    await api.post(`/scans/${id}/cancel`);
  });

  it('sends one that has ended, and its end', async () => {
    const id = await begin(1);
    await api.post(`/scans/${id}/cancel`);
    const events = await open(id, bearer());

    expect((await events.next(clock))?.type).toBe('progress');
    expect((await events.next(clock))?.type).toBe('end');
    expect(await events.next(clock)).toBeNull();
  });

  it('reads no more once the client has gone', async () => {
    const id = await begin(1);
    const looks = jest.spyOn(app.nest.get(ScanProgress), 'now');
    const events = await open(id, bearer());
    await events.next(clock);
    events.answer.destroy();

    // Were it read on and on, this would never see ten seconds without a look.
    let seen = -1;
    for (let quietSec = 0; quietSec < 10; quietSec += 1) {
      if (looks.mock.calls.length !== seen) quietSec = 0;
      seen = looks.mock.calls.length;
      await clock.advance(1000);
      await app.nest.get(ScanProgress).now(Number(id));
      seen += 1;
    }
    looks.mockRestore();
    await api.post(`/scans/${id}/cancel`);
  });

  it('takes a session as well, and nobody without one', async () => {
    const id = await begin(1);
    await api.post(`/scans/${id}/cancel`);
    const browser = await app.browser('viewer');
    const path = `/api/v1/scans/${id}/events`;

    const seen = await browser.agent.get(path);
    expect(seen.status).toBe(200);
    expect(seen.text).toContain('event: end');
    expect((await browser.agent.get('/api/v1/scans')).status).toBe(401);
    const stranger = await open(id, {});
    expect(stranger.answer.statusCode).toBe(401);
    stranger.answer.destroy();
  });
});

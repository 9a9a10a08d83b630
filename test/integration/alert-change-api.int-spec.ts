import { ALERT_STATES, type AlertState, nextStates } from '../../src/alert/alert.rules.js';
import { type ApiClient, TestApp } from '../support/app.js';
import { AlertScenario } from '../support/alert-scenario.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';

const TRANSITIONS = ALERT_STATES.flatMap((from) => ALERT_STATES.map((to) => ({ from, to })));

/** What leads an alert to a state. */
const CHANGE: Record<AlertState, object> = {
  new: { state: 'new' },
  in_progress: { state: 'in_progress' },
  resolved: { state: 'resolved', reason: 'remediated' },
  false_positive: { state: 'false_positive' },
};

const BAD_CHANGES: readonly (readonly [object, string, RegExp])[] = [
  [{ state: 'closed' }, 'state', /new, in_progress, resolved, false_positive/],
  [{ state: null }, 'state', /new, in_progress/],
  [{ state: 'resolved' }, 'reason', /remediated, accepted_risk, engine_gone/],
  [{ state: 'resolved', reason: 'cleared' }, 'reason', /remediated, accepted_risk/],
  [{ state: 'resolved', reason: 'bored' }, 'reason', /remediated, accepted_risk/],
  [{ state: 'false_positive', reason: 'remediated' }, 'reason', /resolved alone/],
  [{ reason: 'remediated' }, 'reason', /resolved alone/],
  [{ note: 'x'.repeat(10_001) }, 'note', /10,000/],
  [{ note: 'a\u0000b' }, 'note', /control/],
  [{ note: 7 }, 'note', /10,000/],
  [{ assignee: 'x'.repeat(256) }, 'assignee', /255/],
  [{ assignee: 'a\nb' }, 'assignee', /one line/],
  [{ version: 0 }, 'version', /version/],
  [{ version: '1' }, 'version', /version/],
  [{ version: null }, 'version', /version/],
  [{ severity: 'low' }, 'severity', /unknown field/],
];

/** A body as a test's name shows it. */
function short(body: object): string {
  return JSON.stringify(body).slice(0, 60);
}

describeOnEachDatabase('changes of alerts as JSON', (database) => {
  let app: TestApp;
  let at: AlertScenario;
  let api: ApiClient;

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    at = new AlertScenario(app);
    api = await app.api('write');
  });
  afterAll(async () => {
    await app.stop();
  });

  /** A new alert of a new platform. */
  async function anAlert(says: Record<string, string> = { A: 'malicious' }) {
    const platform = await aPlatform(app);
    await at.scan(platform.id, says);
    return at.latest(platform.id);
  }

  it.each(TRANSITIONS)('go from $from to $to if the table says so', async ({ from, to }) => {
    const alert = await anAlert();
    if (from !== 'new') await api.patch(`/alerts/${alert.id}`, CHANGE[from]).expect(200);
    const before = await at.latest(alert.platformId);
    const response = await api.patch(`/alerts/${alert.id}`, CHANGE[to]);
    const after = await at.latest(alert.platformId);
    if (from === to) {
      expect(response.status).toBe(200);
      expect(after).toEqual(before);
    } else if (nextStates(from).some((next) => next === to)) {
      expect(response.status).toBe(200);
      expect(response.body.data).toMatchObject({ state: to, version: before.version + 1 });
      const isOpen = to === 'in_progress';
      expect(after.openPlatformId).toBe(isOpen ? alert.platformId : null);
      expect(after.resolvedAt === null).toBe(isOpen);
      expect(after.reason).toBe(to === 'resolved' ? 'remediated' : null);
      expect((await at.kinds(alert.id)).at(-1)).toBe('state_changed');
    } else {
      expect(response.status).toBe(422);
      expect(response.body.errors).toEqual([
        { field: 'state', message: expect.stringMatching(/^takes .*in_progress|^takes resolved/) },
      ]);
      expect(after).toEqual(before);
    }
  });

  it('say who changed what, and by which token', async () => {
    const { id } = await anAlert();
    const change = {
      state: 'resolved',
      reason: 'accepted_risk',
      note: 'Known\nfor years',
      assignee: ' ada@example.org ',
      version: 1,
    };
    const { body } = await api.patch(`/alerts/${id}`, change).expect(200);
    expect(body.data).toMatchObject({
      version: 2,
      state: 'resolved',
      reason: 'accepted_risk',
      assignee: 'ada@example.org',
      detections: [{ state: 'accepted' }],
    });
    expect(body.data.timeline.slice(-3)).toMatchObject([
      { kind: 'state_changed', data: { from: 'new', to: 'resolved', reason: 'accepted_risk' } },
      { kind: 'assigned', data: { assignee: 'ada@example.org' } },
      { kind: 'comment', text: 'Known\nfor years', actor: 'token test write', version: 2 },
    ]);
    const back = await api.patch(`/alerts/${id}`, { assignee: null, state: 'in_progress' });
    expect(back.body.data).toMatchObject({
      version: 3,
      assignee: null,
      reason: null,
      resolvedAt: null,
    });
  });

  it('take “nobody” for nobody', async () => {
    const { id } = await anAlert();
    await api.patch(`/alerts/${id}`, { assignee: 'ada' }).expect(200);
    const { body } = await api.patch(`/alerts/${id}`, { assignee: 'nobody' }).expect(200);
    expect(body.data).toMatchObject({ version: 3, assignee: null });
  });

  it('are not changed by what they are already', async () => {
    const { id } = await anAlert();
    const change = { state: 'resolved', reason: 'remediated', assignee: 'ada' };
    const first = await api.patch(`/alerts/${id}`, change).expect(200);
    for (const same of [change, { ...change, version: 2 }, {}, { note: '' }, { version: 2 }]) {
      const again = await api.patch(`/alerts/${id}`, same).expect(200);
      expect(again.body).toEqual(first.body);
    }
  });

  it('refuse a change of another version, and say which it is now', async () => {
    const { id } = await anAlert();
    await api.patch(`/alerts/${id}`, { state: 'in_progress', version: 1 }).expect(200);
    for (const version of [1, 3]) {
      const { body } = await api.patch(`/alerts/${id}`, { state: 'resolved', version }).expect(409);
      expect(body).toMatchObject({ status: 409, code: 'ALERT.CHANGED', currentVersion: 2 });
    }
    const { body } = await api.get(`/alerts/${id}`);
    expect(body.data).toMatchObject({ state: 'in_progress', version: 2 });
  });

  it('are settled once when two people settle them at one moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await anAlert();
      const answers = await Promise.all([
        api.patch(`/alerts/${id}`, { state: 'false_positive', version: 1 }),
        api.patch(`/alerts/${id}`, { ...CHANGE.resolved, version: 1 }),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const kinds = await at.kinds(id);
      expect(kinds.filter((kind) => kind === 'state_changed')).toHaveLength(1);
    }
  });

  it('stay whole when scans and people change them at one moment', async () => {
    const { id, platformId } = await anAlert();
    await Promise.all([
      at.scan(platformId, { A: 'malicious', B: 'malicious' }),
      at.scan(platformId, { A: 'malicious', B: 'malicious' }),
      api.patch(`/alerts/${id}`, { assignee: 'ada' }),
      api.post(`/alerts/${id}/comments`, { text: 'Looking' }),
    ]);
    expect(await at.alerts(platformId)).toHaveLength(1);
    const { body } = await api.get(`/alerts/${id}`);
    expect(body.data).toMatchObject({ version: 4, assignee: 'ada', severity: 'high' });
    expect(await at.detections(id)).toEqual(['A: malicious, detected', 'B: malicious, detected']);
  });

  it.each(BAD_CHANGES.map(([change, ...rest]) => [short(change), change, ...rest] as const))(
    'refuse %s',
    async (_what, change, field, message) => {
      const { id, platformId } = await anAlert();
      const before = await at.latest(platformId);
      const { body } = await api.patch(`/alerts/${id}`, change).expect(422);
      expect(body.errors).toEqual([{ field, message: expect.stringMatching(message) }]);
      expect(await at.latest(platformId)).toEqual(before);
    },
  );

  it('take comments, and refuse empty ones', async () => {
    const { id } = await anAlert();
    const text = 'Wrote to them 🙂\n\tno answer';
    const { body } = await api.post(`/alerts/${id}/comments`, { text }).expect(201);
    expect(body.data).toMatchObject({ version: 2 });
    expect(body.data.timeline.at(-1)).toMatchObject({ kind: 'comment', text });
    for (const bad of [{}, { text: '' }, { text: ' \n' }, { text: 5 }, { text: 'x', by: 'me' }]) {
      const refused = await api.post(`/alerts/${id}/comments`, bad).expect(422);
      expect(refused.body.errors).toHaveLength(1);
    }
    expect(await at.kinds(id)).toHaveLength(3);
  });

  it('keep a comment of the greatest length', async () => {
    const { id } = await anAlert();
    const text = '🙂'.repeat(10_000);
    const { body } = await api.post(`/alerts/${id}/comments`, { text }).expect(201);
    expect(body.data.timeline.at(-1).text).toBe(text);
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import { AlertOrder } from '../../src/alert/alert-order.entity.js';
import type { Alert } from '../../src/alert/alert.entity.js';
import { AlertService } from '../../src/alert/alert.service.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { type Page, PageQuery } from '../../src/web/paging.js';
import { TestApp } from '../support/app.js';
import { AlertScenario } from '../support/alert-scenario.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';

const ALERTS = 9;
const WRITERS = 5;
const CHANGES_A_WRITER = 16;
const LONGEST_BEFORE_COMMIT_MS = 12;

/** Pulls as a client that keeps nothing but the last `updatedAt` it got. */
class Puller {
  readonly versions = new Map<number, number>();
  isInOrder = true;
  private since = new Date('2020-01-01T00:00:00.000Z');

  constructor(
    private readonly alerts: AlertService,
    private readonly limit: number,
  ) {}

  async pull(): Promise<void> {
    const pulled: Alert[] = [];
    const query = Object.assign(new PageQuery(), { limit: this.limit });
    for (let cursor: string | null | undefined; cursor !== null;) {
      const asked = Object.assign(query, { cursor });
      const page: Page<Alert> = await this.alerts.list({ updatedSince: this.since }, asked);
      pulled.push(...page.items);
      cursor = page.nextCursor;
    }
    const times = pulled.map(({ updatedAt }) => updatedAt.getTime());
    this.isInOrder &&= times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0));
    for (const { id, version } of pulled) {
      this.versions.set(id, Math.max(version, this.versions.get(id) ?? 0));
    }
    const last = Math.max(this.since.getTime(), ...times);
    this.since = new Date(last);
  }
}

describeOnEachDatabase('alerts that are pulled while they change', (database) => {
  let app: TestApp;
  let at: AlertScenario;
  let alerts: AlertService;
  let unitOfWork: UnitOfWork;
  const ids: number[] = [];

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env });
    at = new AlertScenario(app);
    alerts = app.nest.get(AlertService);
    unitOfWork = app.nest.get(UnitOfWork);
    ids.length = 0;
    for (let index = 0; index < ALERTS; index += 1) {
      const { id } = await aPlatform(app);
      await at.scan(id, { A: 'malicious' });
      ids.push((await at.latest(id)).id);
    }
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => {
    await app.stop();
  });

  const actual = async () => {
    const now = await Promise.all(ids.map((id) => alerts.get(id)));
    return new Map(now.map(({ id, version }) => [id, version]));
  };

  /** A change that is begun first and committed last; returns what the client missed. */
  async function missedOutOfOrder(): Promise<number[]> {
    const [late, early] = ids as [number, number];
    const puller = new Puller(alerts, 200);
    await puller.pull();
    let commit = (): void => undefined;
    const committing = new Promise<void>((resolve) => (commit = resolve));
    let written = (): void => undefined;
    const writing = new Promise<void>((resolve) => (written = resolve));
    const first = unitOfWork.run(async () => {
      const { updatedAt } = await at.change(late, { note: 'begun first' });
      while (Date.now() <= updatedAt.getTime()) await delay(1);
      written();
      await committing;
    });
    await writing;
    const second = at.change(early, { note: 'begun second' });
    // On SQLite writers stand in line: the second waits for the first's commit.
    if (unitOfWork.isSerial) commit();
    await second;
    await puller.pull();
    commit();
    await first;
    await puller.pull();
    const versions = await actual();
    return [...versions.keys()].filter((id) => puller.versions.get(id) !== versions.get(id));
  }

  it('are complete for a client when a change commits after one that was begun later', async () => {
    expect(await missedOutOfOrder()).toEqual([]);
  });

  it('come in order and none is left out, with many writers and a small page', async () => {
    const puller = new Puller(alerts, 3);
    const writers = { left: WRITERS };
    const write = async (writer: number) => {
      for (let index = 0; index < CHANGES_A_WRITER; index += 1) {
        const id = ids[Math.floor(Math.random() * ids.length)] ?? 0;
        await unitOfWork.run(async () => {
          await at.change(id, { note: `writer ${writer}, change ${index}` });
          await delay(Math.random() * LONGEST_BEFORE_COMMIT_MS);
        });
      }
      writers.left -= 1;
    };
    const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    while (writers.left > 0) await puller.pull();
    await writing;
    await puller.pull();
    expect(puller.isInOrder).toBe(true);
    expect(puller.versions).toEqual(await actual());
  }, 60_000);

  it('are numbered in one last step for all that a unit of work changed', async () => {
    const lastly = jest.spyOn(unitOfWork, 'lastly');
    const [a, b, c] = ids.slice(-3) as [number, number, number];
    const changed = await unitOfWork.run(async () => {
      const first = await at.change(a, { note: 'one' });
      return [
        first,
        await at.change(b, { note: 'two' }),
        await at.change(c, { note: 'three' }),
      ].concat(await at.change(a, { note: 'four' }));
    });
    expect(lastly.mock.calls.map(([key]) => key)).toEqual(['alert order']);
    const stored = await Promise.all([b, c, a].map((id) => alerts.get(id)));
    const from = stored[0]!.changeSeq;
    expect(stored.map(({ changeSeq }) => changeSeq)).toEqual([from, from + 1, from + 2]);
    expect(changed.map(({ changeSeq }) => changeSeq)).toEqual([from + 2, from, from + 1, from + 2]);
    const order = await unitOfWork.repository(AlertOrder).findOneByOrFail({ id: 1 });
    expect(order).toMatchObject({ lastSeq: from + 2, lastAt: stored[2]!.updatedAt });
  });

  // The last one: what it plants leaves alerts without their numbers.
  it('would not be, if changes were told apart by the time of their beginning', async () => {
    // The planted fault: nothing is numbered at the end.
    jest.spyOn(unitOfWork, 'lastly').mockImplementation(() => undefined);
    const missed = await missedOutOfOrder();
    expect(missed).toEqual(unitOfWork.isSerial ? [] : [ids[0]]);
  });
});

import { describeOnEachDatabase, type TestDatabase } from '../support/databases.js';
import { startDeafServer } from '../support/deaf-server.js';
import { FaultBench, withFaultBench, NOTHING, type Stage, STAGES } from '../support/fault-bench.js';
import { temporarySqlite } from '../support/open-database.js';
import type { Fault } from '../support/virustotal-stand-in/faults.js';

const BROKEN_OFF = 'the connection broke off';
const TOO_LATE = 'no answer in time';
const TOO_LONG = 'an answer of over 8 MiB';
const NOT_JSON = 'HTTP 200, but the body is not JSON';

/** The fault, the words that a person reads, and whether VirusTotal had taken the request. */
type Row = [name: string, fault: Fault, words: string | RegExp, taken: boolean];

const FAULTS: Row[] = [
  ['a reset', { kind: 'reset' }, BROKEN_OFF, false],
  ['a reset after it was accepted', { kind: 'reset-after-accept' }, BROKEN_OFF, true],
  ['no headers in time', { kind: 'hang-headers' }, TOO_LATE, false],
  ['no headers in time, but accepted', { kind: 'hang-headers', accepted: true }, TOO_LATE, true],
  ['no body in time', { kind: 'hang-body' }, TOO_LATE, true],
  ['a slow body', { kind: 'slow-body', bytes: 1, everyMs: 20 }, TOO_LATE, true],
  ['a body over the bound, in chunks', { kind: 'oversize' }, TOO_LONG, true],
  ['a body over the bound, declared', { kind: 'oversize', declared: true }, TOO_LONG, true],
  ['a truncated body', { kind: 'truncated' }, BROKEN_OFF, true],
  ['half a document', { kind: 'body', body: '{"data":{"id":' }, NOT_JSON, false],
  ['an empty body', { kind: 'body', body: '' }, NOT_JSON, false],
  ['HTML at 200', { kind: 'html-200' }, NOT_JSON, false],
  ['HTML at 502', { kind: 'html-502' }, 'HTTP 502', false],
  ['500', { kind: 'status', status: 500 }, /^HTTP 500/, false],
  ['503', { kind: 'status', status: 503 }, /^HTTP 503, TransientError/, false],
  ['504', { kind: 'status', status: 504 }, /^HTTP 504, DeadlineExceeded/, false],
  ['424', { kind: 'status', status: 424 }, /^HTTP 424, FailedDependency/, false],
  ['429 too many requests', { kind: 'status', status: 429 }, /^HTTP 429, TooManyReq/, false],
  ['not yet', { kind: 'status', status: 400, code: 'NotAvailableYet' }, /NotAvailableYet/, false],
];

/** What tells the databases apart is how a retry is kept, and that is the same for every fault. */
const KEPT = FAULTS.filter(([name]) => ['a reset after it was accepted', '503'].includes(name));

function itIsTriedAgain(rows: readonly Row[], database: () => TestDatabase): void {
  let bench: FaultBench;
  withFaultBench(database, (started) => {
    bench = started;
  });

  const cases = rows.flatMap((row) => STAGES.map((stage) => [stage, ...row] as const));
  it.each(cases)('%s: %s is tried again, twice', async (stage, _name, fault, words, taken) => {
    const scan = await bench.begin();
    bench.strike(stage, scan.struck, { ...fault, count: 2 });
    await bench.until(async () => (await scan.task(scan.struck)).faults === 1);

    const task = await scan.task(scan.struck);
    expect(task).toMatchObject({
      state: stage === 'submit' ? 'pending' : 'submitted',
      errorCode: null,
      errorDetail: expect.stringMatching(words),
      firstFaultAt: expect.any(Date),
    });
    const pauseMs = task.dueAt!.getTime() - task.firstFaultAt!.getTime();
    expect(pauseMs).toBeGreaterThanOrEqual(11_250);
    expect(pauseMs).toBeLessThanOrEqual(15_000);

    await scan.untilTask(scan.other, 'completed');
    const waiting = await scan.task(scan.struck);
    expect(waiting).toMatchObject({ malicious: null, isConclusive: null, completedAt: null });
    expect(waiting.faults).toBeGreaterThan(0);
    expect(await bench.knownOf(scan.struck)).toEqual(NOTHING);

    const ended = await scan.untilEnded();
    expect(ended).toMatchObject({ state: 'completed', requestsUsed: 6 });
    const struckTwice = (at: Stage) => (at === stage ? 4 : 2);
    expect(bench.requests('POST /urls')).toBe(struckTwice('submit'));
    expect(bench.requests('GET /analyses/{id}')).toBe(struckTwice('collect'));
    expect(bench.standIn.stats().submissions).toEqual({
      [scan.struck.urlKey]: stage === 'submit' && taken ? 3 : 1,
      [scan.other.urlKey]: 1,
    });
    for (const platform of [scan.struck, scan.other]) {
      expect(await bench.knownOf(platform)).toMatchObject({ state: 'clean', alerts: [] });
    }
    expect(bench.complaints).toEqual([]);
  });
}

describe('a fault of the service or the way to it', () => {
  const database = temporarySqlite();
  itIsTriedAgain(FAULTS, () => database);
  afterAll(() => database.drop());
});

describeOnEachDatabase('a fault of the service, kept', (database) => {
  itIsTriedAgain(KEPT, database);
});

describe('VirusTotal', () => {
  const database = temporarySqlite();
  let bench: FaultBench;

  beforeAll(async () => {
    bench = await FaultBench.start(database);
  });
  beforeEach(() => {
    bench.reset();
  });
  afterAll(async () => {
    await bench.stop();
    await database.drop();
  });

  it.each(STAGES)('%s: is tried again where no connection comes about', async (stage) => {
    const scan = await bench.begin();
    const deaf = await startDeafServer();
    bench.cutOff(stage, deaf);
    await bench.until(async () => (await scan.task(scan.struck)).faults === 1);
    await deaf.close();

    const task = await scan.task(scan.struck);
    expect(task).toMatchObject({ errorDetail: TOO_LATE, errorCode: null, completedAt: null });
    expect(await bench.knownOf(scan.struck)).toEqual(NOTHING);
    expect(await scan.untilEnded()).toMatchObject({ state: 'completed', requestsUsed: 5 });
    // The one that was cut off never got there.
    expect(bench.costly()).toBe(4);
  });

  const soon: [form: string, value: (bench: FaultBench) => string][] = [
    ['seconds', () => '300'],
    ['a date', ({ clock }) => new Date(clock.now().getTime() + 300_000).toUTCString()],
  ];
  const asking = [503, 429].flatMap((status) =>
    STAGES.flatMap((stage) => soon.map(([form, value]) => ({ status, stage, form, value }))),
  );
  it.each(asking)('$stage: asks with $status to wait, in $form', async (row) => {
    const scan = await bench.begin();
    const headers = { 'retry-after': row.value(bench) };
    bench.strike(row.stage, scan.struck, { kind: 'status', status: row.status, headers });
    const waiting = await scan.untilWaiting();
    const task = await scan.task(scan.struck);
    const resumeMs = task.firstFaultAt!.getTime() + 300_000;
    // A date has whole seconds.
    expect(Math.abs(waiting.waitingUntil!.getTime() - resumeMs)).toBeLessThanOrEqual(21_000);
    expect(waiting.reason).toBe('virustotal_unavailable');
    expect(task.dueAt!.getTime()).toBeGreaterThanOrEqual(waiting.waitingUntil!.getTime() - 1);

    const requests = bench.costly();
    await bench.until(() => bench.nowMs() >= waiting.waitingUntil!.getTime());
    expect(bench.costly()).toBe(requests);
    expect(await bench.knownOf(scan.struck)).toEqual(NOTHING);
    expect(await scan.untilEnded()).toMatchObject({ state: 'completed', requestsUsed: 5 });
    expect(await bench.knownOf(scan.other)).toMatchObject({ state: 'clean' });
  });
});

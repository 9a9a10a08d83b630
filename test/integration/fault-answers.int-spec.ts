import { Logger } from '@nestjs/common';
import { VerdictHistory } from '../../src/scan/verdict-history.service.js';
import { describeOnEachDatabase, type TestDatabase } from '../support/databases.js';
import {
  type FaultBench,
  withFaultBench,
  NOTHING,
  type Stage,
  STAGES,
} from '../support/fault-bench.js';
import { temporarySqlite } from '../support/open-database.js';
import { verdictsOf } from '../support/scan-drive.js';
import type { Fault } from '../support/virustotal-stand-in/faults.js';

const CLEAN = { category: 'harmless', result: 'clean', method: 'blacklist' };
/** Enough of them to be conclusive. */
const QUIET = Object.fromEntries(verdictsOf({}).map(({ engine }) => [engine, CLEAN]));

const body = (text: unknown): Fault => ({
  kind: 'body',
  body: typeof text === 'string' ? text : JSON.stringify(text),
});
const analysis = (attributes: object) => body({ data: { attributes } });
const results = (given: unknown) => analysis({ status: 'completed', results: given });
const DEEP = '['.repeat(100_000) + ']'.repeat(100_000);

/** An answer of another shape, and what a person reads of it. */
type Odd = [stage: Stage, name: string, fault: Fault, words: string];

const EVERYWHERE: [name: string, fault: Fault][] = [
  ['null', { kind: 'json-null' }],
  ['[]', { kind: 'json-array' }],
  ['a text', body('"text"')],
  ['a number', body('7')],
  ['no data', body({})],
  ['data that is a list', body({ data: [] })],
  ['a document of great depth', body(DEEP)],
];
const ODD: Odd[] = [
  ...EVERYWHERE.map(([name, fault]): Odd => ['submit', name, fault, 'data.id']),
  ['submit', 'no id', body({ data: { type: 'analysis' } }), 'data.id'],
  ['submit', 'an id that is a number', body({ data: { id: 7 } }), 'data.id'],
  ['submit', 'an id that is null', body({ data: { id: null } }), 'data.id'],
  ['submit', 'an empty id', body({ data: { id: '' } }), 'data.id'],
  ['submit', 'an id of a megabyte', body({ data: { id: 'u'.repeat(1024 * 1024) } }), 'data.id'],
  ['submit', 'an id of two lines', body({ data: { id: 'u-1\nu-2' } }), 'data.id'],
  ...EVERYWHERE.map(([name, fault]): Odd => ['collect', name, fault, 'status']),
  ['collect', 'no attributes', body({ data: { id: 'u-1' } }), 'status'],
  ['collect', 'no status', analysis({ results: QUIET }), 'status'],
  ['collect', 'a status that is a number', analysis({ status: 1, results: QUIET }), 'status'],
  ['collect', 'no results', analysis({ status: 'completed' }), 'results'],
  ['collect', 'results that are null', results(null), 'results'],
  ['collect', 'results that are a list', results([CLEAN]), 'results'],
  ['collect', 'results that are a text', results('clean'), 'results'],
  ['collect', 'results of another shape throughout', results({ A: 'clean', B: 7 }), 'results'],
];

/** What tells the databases apart is how a failed task is kept: with any of these, the same. */
const KEPT = ODD.filter(([, name]) => ['null', 'a document of great depth'].includes(name));

function itFailsItsTask(rows: readonly Odd[], database: () => TestDatabase): void {
  let bench: FaultBench;
  withFaultBench(database, (started) => {
    bench = started;
  });

  it.each(rows)('%s: %s fails the task and nothing else', async (stage, _name, fault, words) => {
    const scan = await bench.begin();
    bench.strike(stage, scan.struck, fault);
    const ended = await scan.untilEnded();

    const cost = stage === 'submit' ? 3 : 4;
    expect(ended).toMatchObject({ state: 'completed_with_errors', requestsUsed: cost });
    expect(bench.costly()).toBe(cost);
    const task = await scan.task(scan.struck);
    expect(task).toMatchObject({
      state: 'failed',
      errorCode: 'unexpected_answer',
      errorDetail: expect.stringMatching(`^The answer has no usable .*${words}$`),
      malicious: null,
    });
    const sent = fault.kind === 'body' ? fault.body : { 'json-null': 'null', 'json-array': '[]' };
    const kept = typeof sent === 'string' ? sent : Object.values(sent).join();
    expect(kept).toContain(task.diagnosis?.slice(0, 100));
    expect(Buffer.byteLength(task.diagnosis ?? '')).toBeLessThanOrEqual(16 * 1024);
    expect(await bench.knownOf(scan.struck)).toEqual(NOTHING);
    expect(await bench.knownOf(scan.other)).toMatchObject({ state: 'clean' });
    expect(bench.complaints).toEqual([]);
  });
}

describe('an answer of another shape', () => {
  const database = temporarySqlite();
  itFailsItsTask(ODD, () => database);
  afterAll(() => database.drop());
});

describeOnEachDatabase('an answer of another shape, kept', (database) => {
  itFailsItsTask(KEPT, database);
});

describeOnEachDatabase('an answer of VirusTotal', (database) => {
  let bench: FaultBench;
  withFaultBench(database, (started) => {
    bench = started;
  });

  /** A scan whose struck platform gets this answer to its collect. @returns what is held of it */
  const collected = async (text: string) => {
    const scan = await bench.begin();
    bench.strike('collect', scan.struck, { kind: 'body', body: text });
    const ended = await scan.untilEnded();
    expect(ended).toMatchObject({ state: 'completed', requestsUsed: 4 });
    expect(bench.complaints).toEqual([]);
    const present = await bench.nest.get(VerdictHistory).present(scan.struck.id);
    return {
      task: await scan.task(scan.struck),
      known: await bench.knownOf(scan.struck),
      verdicts: new Map(present.map((verdict) => [verdict.engine?.name, verdict])),
    };
  };
  const completed = (given: object, more: object = {}) =>
    JSON.stringify({ data: { attributes: { status: 'completed', results: given, ...more } } });

  it.each(STAGES)('%s: that is odd changes nothing of an open alert', async (stage) => {
    const scan = await bench.begin();
    bench.standIn.script(scan.struck.urlKey, [{ engine: 'A', category: 'malicious', result: 'x' }]);
    await scan.untilEnded();
    const before = await bench.knownOf(scan.struck);
    expect(before).toMatchObject({ state: 'flagged', alerts: [{ state: 'new' }] });

    const again = await bench.scan(scan.struck, scan.other);
    bench.strike(stage, scan.struck, { kind: 'json-null' });
    expect(await again.untilEnded()).toMatchObject({ state: 'completed_with_errors' });
    expect(await bench.knownOf(scan.struck)).toEqual(before);

    // The next scan, in which the engine says otherwise, is as any.
    bench.standIn.script(scan.struck.urlKey, [{ engine: 'A', category: 'harmless', result: null }]);
    expect(await (await bench.scan(scan.struck, scan.other)).untilEnded()).toMatchObject({
      state: 'completed',
    });
    expect(await bench.knownOf(scan.struck)).toMatchObject({
      state: 'clean',
      alerts: [{ state: 'resolved' }],
    });
  });

  it.each(['timeout', 'Malicious', 'clean', 'constructor', '__proto__', 'a'.repeat(500), '🦉'])(
    'with a category of its own is kept, and neither flags nor clears: %s',
    async (category) => {
      const all = Object.fromEntries(
        Object.keys(QUIET).map((engine) => [engine, { ...CLEAN, category }]),
      );
      const { task, known, verdicts } = await collected(completed(all));
      expect(task).toMatchObject({ unanswered: 25, harmless: 0, isConclusive: false });
      expect(known).toMatchObject({ state: 'unknown', alerts: [], isScanned: true });
      expect(verdicts.get('Quiet 000')?.category).toBe(category.slice(0, 64));
    },
  );

  it('with an engine’s name of a megabyte loses that one result, and tells of it', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    const long = 'x'.repeat(1024 * 1024);
    const flag = { category: 'malicious', result: 'phishing' };
    const { task, known } = await collected(completed({ [long]: flag, A: flag, ...QUIET }));
    const told = warn.mock.calls.map(([message]) => String(message));
    warn.mockRestore();

    expect(task).toMatchObject({ state: 'completed', malicious: 1, harmless: 25 });
    expect(known).toMatchObject({ state: 'flagged', verdicts: 26, alerts: [{ state: 'new' }] });
    expect(JSON.parse(task.diagnosis!)).toEqual([
      { engine: 'x'.repeat(80), reason: 'engine_name' },
    ]);
    expect(told).toEqual([expect.stringContaining(`engine_name: ${'x'.repeat(80)}`)]);
    expect(told[0]!.length).toBeLessThan(500);
  });

  it.each<[string, object]>([
    ['no category', { result: 'clean' }],
    ['a category that is a number', { category: 7 }],
    ['a category that is null', { category: null }],
    ['an empty category', { category: '' }],
    ['a list for a result', []],
  ])('with %s in one place loses that one alone', async (_name, odd) => {
    const { task, known } = await collected(completed({ ...QUIET, Odd: odd }));
    expect(task).toMatchObject({ harmless: 25, malicious: 0, unanswered: 0 });
    expect(JSON.parse(task.diagnosis!)).toEqual([{ engine: 'Odd', reason: 'shape' }]);
    expect(known).toMatchObject({ state: 'clean', verdicts: 25 });
  });

  it('with texts of another type, or none, is judged by its categories', async () => {
    const { task, known, verdicts } = await collected(
      completed(
        {
          ...QUIET,
          A: { category: 'suspicious', result: 7, method: [] },
          B: { category: 'harmless' },
        },
        { stats: 'none', date: 'yesterday', more: { unknown: [null] } },
      ),
    );
    expect(task).toMatchObject({ suspicious: 1, harmless: 26, diagnosis: null });
    expect(verdicts.get('A')).toMatchObject({ result: null, method: null });
    expect(known).toMatchObject({ state: 'flagged', alerts: [{ severity: 'low' }] });
  });

  it('with a key twice is read as JSON is: the last one counts, and is counted once', async () => {
    const quiet = JSON.stringify(QUIET).slice(1, -1);
    const flag = '{"category":"malicious","result":"x"}';
    const clean = JSON.stringify(CLEAN);
    const text = (first: string, last: string) =>
      `{"data":{"attributes":{"status":"queued","status":"completed",
        "results":{"A":${first},${quiet},"A":${last}}}}}`;
    const cleared = await collected(text(flag, clean));
    expect(cleared.task).toMatchObject({ malicious: 0, harmless: 26 });
    expect(cleared.known).toMatchObject({ state: 'clean', verdicts: 26, alerts: [] });
    const flagged = await collected(text(clean, flag));
    expect(flagged.task).toMatchObject({ malicious: 1, harmless: 25 });
    expect(flagged.known).toMatchObject({ state: 'flagged', verdicts: 26 });
  });
});

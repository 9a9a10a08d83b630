import fc from 'fast-check';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { ScanTask } from '../../src/scan/scan-task.entity.js';
import { ScanEnd } from '../../src/scan/scan-end.service.js';
import { ScanService } from '../../src/scan/scan.service.js';
import { TaskProgress } from '../../src/scan/task-progress.service.js';
import { VerdictHistory } from '../../src/scan/verdict-history.service.js';
import type { EngineVerdict } from '../../src/virustotal/answers.js';
import type { TestApp } from './app.js';
import { completeTask, verdictsOf } from './scan-drive.js';

/** Names that only a comparison byte for byte tells apart are among them. */
const ENGINES = ['Kaspersky', 'kaspersky', 'Káspersky', 'ESET', 'Zeta'];
const PLATFORMS = [0, 1, 2];
const ASKED = { trigger: 'api', requestedBy: null } as const;

/** What one engine says: nothing at all, or a verdict in which case, accents and null count. */
const said = fc.option(
  fc.record({
    category: fc.constantFrom('harmless', 'undetected', 'malicious', 'timeout', 'brand-new'),
    result: fc.constantFrom('clean', 'Clean', 'cléan', '', 'emoji 🐍', null),
    method: fc.constantFrom('blacklist', 'Blacklist', null),
  }),
);

/** What all engines say; without the crowd the scan is inconclusive. */
const answer = fc
  .record({ saids: fc.tuple(said, said, said, said, said), isCrowded: fc.boolean() })
  .map(({ saids, isCrowded }): EngineVerdict[] => [
    ...saids.flatMap((verdict, index) =>
      verdict ? [{ engine: ENGINES[index] ?? '', ...verdict }] : [],
    ),
    ...(isCrowded ? verdictsOf({}, 21) : []),
  ]);

const outcome = fc.record({
  ends: fc.constantFrom('completed', 'completed', 'completed', 'failed', 'skipped'),
  /** Null, two times in three: the platform's last answer again, to the letter. */
  answer: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: answer }),
  /** A second scan asks for the platform meanwhile, and joins. */
  isJoined: fc.boolean(),
});

/** One scan of some platforms, in the order in which their tasks end. */
const round = fc.record({
  platforms: fc.shuffledSubarray(PLATFORMS, { minLength: 1 }),
  outcomes: fc.tuple(outcome, outcome, outcome),
  /** After so many ends the scan is cancelled, and what others joined is handed over to them. */
  cancelledAfter: fc.constantFrom(null, null, null, null, 0, 1, 2),
});

/** Random scans of three platforms. @param least how many at least, of `most` at most */
export function histories(most: number, least = 1) {
  return fc.array(round, { minLength: least, maxLength: most });
}

/** The scans that `histories` makes up. */
export type Round = typeof round extends fc.Arbitrary<infer R> ? R : never;

/** A completed task with what VirusTotal answered, engines byte by byte in order. */
export interface Answered {
  taskId: number;
  verdicts: EngineVerdict[];
}

/**
 * Lives through scans, by the services that the engine calls.
 * @param platformIds three
 * @param afterEach what happens after every scan, for instance time
 * @returns what was answered for each platform, oldest first
 */
export async function live(
  app: TestApp,
  platformIds: readonly number[],
  rounds: readonly Round[],
  afterEach: () => Promise<void> = () => Promise.resolve(),
): Promise<Map<number, Answered[]>> {
  const told = new Map<number, Answered[]>(platformIds.map((id) => [id, []]));
  for (const { platforms, outcomes, cancelledAfter } of rounds) {
    const idOf = (index: number) => platformIds[index] ?? 0;
    const scans = app.nest.get(ScanService);
    const scanEnd = app.nest.get(ScanEnd);
    const scan = await scans.startNamed(platforms.map(idOf), ASKED);
    const joining = platforms.filter((index) => outcomes[index]?.isJoined).map(idOf);
    if (joining.length > 0) await scans.startNamed(joining, ASKED);
    for (const [ended, index] of platforms.entries()) {
      if (ended === cancelledAfter) await scanEnd.cancel(scan.id);
      const past = told.get(idOf(index)) ?? [];
      const { ends, answer = null } = outcomes[index] ?? { ends: 'failed' };
      const verdicts = answer ?? past.at(-1)?.verdicts ?? [];
      const task = await end(app, idOf(index), ends, verdicts);
      if (task && ends === 'completed') past.push({ taskId: task.id, verdicts: sorted(verdicts) });
    }
    await afterEach();
  }
  return told;
}

/** Every verdict of a past task, as the history shows it again. */
export async function shownAgain(
  app: TestApp,
  platformId: number,
  taskId: number,
): Promise<EngineVerdict[]> {
  const intervals = await app.nest.get(VerdictHistory).atTask(platformId, taskId);
  return sorted(
    intervals.map(({ engine, category, result, method }) => {
      return { engine: engine?.name ?? '', category, result, method };
    }),
  );
}

/**
 * What stays when details from before a time are thinned, told from the answers alone and not from
 * how they are kept.
 */
export function expectedToStay(
  tasks: ScanTask[],
  told: ReadonlyMap<number, Answered[]>,
  before: Date,
): Set<number> {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const goes = new Set<number>();
  for (const answered of told.values()) {
    const words = answered.map(({ taskId, verdicts }) =>
      JSON.stringify([verdicts, byId.get(taskId)?.isFlagged, byId.get(taskId)?.isConclusive]),
    );
    for (const [index, { taskId }] of answered.entries()) {
      const isOld = (byId.get(taskId)?.completedAt ?? before) < before;
      const isBetween = index > 0 && index < answered.length - 1;
      const isSame = words[index - 1] === words[index] && words[index + 1] === words[index];
      if (isOld && isBetween && isSame) goes.add(taskId);
    }
  }
  const staying = tasks.filter(({ id, joinedTaskId, state }) => {
    const goesWithIt = state === 'completed' && goes.has(joinedTaskId ?? 0);
    return !goes.has(id) && !goesWithIt;
  });
  return new Set(staying.map(({ id }) => id));
}

/** Ends the task that does the platform's work, if one is open. */
async function end(
  app: TestApp,
  platformId: number,
  ends: string,
  verdicts: EngineVerdict[],
): Promise<ScanTask | null> {
  const tasks = app.nest.get(UnitOfWork).repository(ScanTask);
  const task = await tasks.findOneBy({ openPlatformId: platformId });
  if (!task) return null;
  const progress = app.nest.get(TaskProgress);
  if (ends === 'completed') await completeTask(app, task, verdicts);
  else if (ends === 'failed') await progress.failed(task, { errorCode: 'unexpected_answer' });
  else await progress.skipped(task, 'platform_inactive');
  return task;
}

/** In the order of the bytes of the engines' names, which every answer may have in its own. */
function sorted(verdicts: readonly EngineVerdict[]): EngineVerdict[] {
  return [...verdicts].sort((a, b) => Buffer.compare(Buffer.from(a.engine), Buffer.from(b.engine)));
}

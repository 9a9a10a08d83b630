import type { ConfigOptions } from '../../src/config/config.module.js';
import { migrate } from '../../src/database/migrate.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { EngineLease } from '../../src/scan/engine-lease.entity.js';
import { ScanTask } from '../../src/scan/scan-task.entity.js';
import { TaskProgress } from '../../src/scan/task-progress.service.js';
import type { Analysis, EngineVerdict } from '../../src/virustotal/answers.js';
import { VirusTotalSettingsService } from '../../src/virustotal/virustotal-settings.service.js';
import { TestApp } from './app.js';
import type { TestDatabase } from './databases.js';
import { openDatabase } from './open-database.js';
import { DEFAULT_API_KEY } from './virustotal-stand-in/options.js';

/**
 * The whole application, its integration active, whose engine does nothing: the database says that
 * another machine runs it. A test then ends tasks itself, with `completeTask` and the like.
 */
export async function startWithIdleEngine(
  database: TestDatabase,
  options: Omit<ConfigOptions, 'env'> & { env?: Record<string, string> } = {},
): Promise<TestApp> {
  await occupyEngine(database);
  const app = await TestApp.start({ ...options, env: { ...options.env, ...database.env } });
  await activate(app);
  return app;
}

/** Migrates a database, and has it say that the engine runs on another machine. */
export async function occupyEngine(database: TestDatabase): Promise<void> {
  const { dataSource, unitOfWork } = await openDatabase(database);
  await migrate(dataSource);
  await unitOfWork.run(() =>
    unitOfWork
      .repository(EngineLease)
      .save({ id: 1, holder: 'another.machine:1:x', expiresAt: new Date('2099-01-01') }),
  );
  await dataSource.destroy();
}

/** Gives the integration a key and switches it on, without the schedule that a saved form sets. */
export async function activate(app: TestApp, isActive = true): Promise<void> {
  await app.nest.get(VirusTotalSettingsService).update({ apiKey: DEFAULT_API_KEY, isActive });
}

/** The tasks of a scan, in their order. */
export function tasksOf(app: TestApp, scanId: string): Promise<ScanTask[]> {
  return app.nest
    .get(UnitOfWork)
    .repository(ScanTask)
    .find({ where: { scanId: Number(scanId) }, order: { id: 'ASC' } });
}

/** The task's URL is accepted by VirusTotal. */
export async function submitTask(app: TestApp, task: ScanTask): Promise<string> {
  const urlId = task.platformId.toString(16).padStart(64, '0');
  const analysisId = `u-${urlId}-1764000000`;
  await app.nest.get(TaskProgress).submitted(task, { analysisId, urlId }, 20_000);
  return analysisId;
}

/** The task's URL is accepted, and its analysis has these verdicts. */
export async function completeTask(
  app: TestApp,
  task: ScanTask,
  verdicts: EngineVerdict[],
): Promise<void> {
  await submitTask(app, task);
  const analysis: Analysis = { isCompleted: true, date: null, urlId: null, verdicts, dropped: [] };
  await app.nest.get(TaskProgress).completed(task, analysis, 1);
}

/** Verdicts as VirusTotal answers them: some that are named, and so many engines that are not. */
export function verdictsOf(
  named: Record<string, [category: string, result: string | null]>,
  harmless = 25,
): EngineVerdict[] {
  const method = 'blacklist';
  return [
    ...Object.entries(named).map(([engine, [category, result]]) => {
      return { engine, category, result, method };
    }),
    ...Array.from({ length: harmless }, (_, number) => {
      const engine = `Quiet ${String(number).padStart(3, '0')}`;
      return { engine, category: 'harmless', result: 'clean', method };
    }),
  ];
}

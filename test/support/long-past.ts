import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { ScanTask } from '../../src/scan/scan-task.entity.js';
import { Scan } from '../../src/scan/scan.entity.js';
import { VerdictInterval } from '../../src/scan/verdict-interval.entity.js';
import { EngineService } from '../../src/vendor/engine.service.js';
import type { TestApp } from './app.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Completed tasks of a platform, a scan and a day each, in which one engine always said the same.
 * @param lastAt when the last of them completed
 * @returns the scans' ids, oldest first
 */
export async function unchangedScans(
  app: TestApp,
  platformId: number,
  count: number,
  lastAt: Date,
): Promise<number[]> {
  const unitOfWork = app.nest.get(UnitOfWork);
  return unitOfWork.run(async () => {
    const first = new Date(lastAt.getTime() - (count - 1) * DAY_MS);
    const engineId = (await app.nest.get(EngineService).ensure(['ESET'], first)).get('ESET') ?? 0;
    const ids: number[] = [];
    for (let day = 0; day < count; day += 1) {
      const at = new Date(first.getTime() + day * DAY_MS);
      const scan = await unitOfWork.repository(Scan).save({
        trigger: 'scheduled',
        state: 'completed',
        isOverAll: true,
        requestsUsed: 2,
        createdAt: at,
        startedAt: at,
        finishedAt: at,
      });
      const task = await unitOfWork.repository(ScanTask).save({
        scanId: scan.id,
        platformId,
        position: 0,
        state: 'completed',
        harmless: 1,
        isConclusive: false,
        isFlagged: false,
        completedAt: at,
      });
      if (day === 0) {
        const said = { category: 'harmless', result: 'clean', method: null, lastTaskId: null };
        await unitOfWork
          .repository(VerdictInterval)
          .insert({ platformId, engineId, fromTaskId: task.id, ...said });
      }
      ids.push(scan.id);
    }
    return ids;
  });
}

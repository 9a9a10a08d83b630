import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { ScanTask } from '../../src/scan/scan-task.entity.js';
import { Scan } from '../../src/scan/scan.entity.js';
import type { Providers } from './providers.js';

/** A scan as it stands in the database. */
export function scanRow(nest: Providers, id: number): Promise<Scan> {
  return nest.get(UnitOfWork).repository(Scan).findOneByOrFail({ id });
}

/** A scan's tasks as they stand, in their order. */
export function taskRows(nest: Providers, scanId: number): Promise<ScanTask[]> {
  return nest
    .get(UnitOfWork)
    .repository(ScanTask)
    .find({ where: { scanId }, order: { id: 'ASC' } });
}

/** The one task of a scan of one platform. */
export async function onlyTask(nest: Providers, scanId: number): Promise<ScanTask> {
  const [task, ...more] = await taskRows(nest, scanId);
  if (!task || more.length > 0) throw new Error(`Scan ${scanId} has not one task`);
  return task;
}

import { ApiTokenService } from '../../src/access/api-token.service.js';
import { AuditTrail } from '../../src/access/audit-trail.service.js';
import { SystemClock } from '../../src/config/clock.js';
import { Redactor } from '../../src/config/redactor.js';
import type { TestDatabase } from './databases.js';
import { openDatabase } from './open-database.js';

/** A token of scope admin, made beside the application: no process of it makes one over the network. */
export async function makeToken(database: TestDatabase, name: string): Promise<string> {
  const { dataSource, unitOfWork } = await openDatabase(database);
  try {
    const clock = new SystemClock();
    const audit = new AuditTrail(unitOfWork, clock, new Redactor());
    const tokens = new ApiTokenService(unitOfWork, clock, audit);
    return (await tokens.create({ name, scope: 'admin' })).token;
  } finally {
    await dataSource.destroy();
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { createAppConfig } from '../../src/config/app-config.js';
import { type Clock, SystemClock } from '../../src/config/clock.js';
import { SystemRandom } from '../../src/config/random.js';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { migrate } from '../../src/database/migrate.js';
import { OjuDataSource } from '../../src/database/oju-data-source.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { ENTITIES } from '../../src/entities.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';
import type { TestDatabase } from './databases.js';

/** A data source of Oju's, not migrated, and a unit of work on it; without Nest around them. */
export interface OpenDatabase {
  dataSource: OjuDataSource;
  unitOfWork: UnitOfWork;
}

export async function openDatabase(
  database: TestDatabase,
  clock: Clock = new SystemClock(),
): Promise<OpenDatabase> {
  const random = new SystemRandom();
  const options = dataSourceOptions(createAppConfig(database.env).database, ENTITIES);
  const dataSource = await new OjuDataSource(options, clock, random).initialize();
  return { dataSource, unitOfWork: new UnitOfWork(dataSource, clock, random) };
}

/** Gives the tests of a `describe` an open database that has its tables. */
export function withMigratedDatabase(
  database: () => TestDatabase,
  use: (open: OpenDatabase) => void,
): void {
  let open: OpenDatabase;
  beforeAll(async () => {
    open = await openDatabase(database());
    await migrate(open.dataSource);
    use(open);
  });
  afterAll(async () => {
    await open.dataSource.destroy();
  });
}

/** What Oju's rules are compared with: TypeORM as it comes, on the same file and its own settings. */
export async function openPlainly(database: TestDatabase): Promise<DataSource> {
  // Other entities have types that only Oju's own data source knows on SQLite.
  const options = dataSourceOptions(createAppConfig(database.env).database, [Vendor]);
  return new DataSource({ ...options, timeout: 5_000 } as DataSourceOptions).initialize();
}

/** An SQLite file in a folder of its own, for tests of what MySQL does not do. */
export function temporarySqlite(): TestDatabase & { file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'oju-test-'));
  const file = join(folder, 'oju.sqlite');
  return {
    kind: 'sqlite',
    env: { DATABASE_URL: `sqlite:${file}` },
    folder,
    file,
    drop: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

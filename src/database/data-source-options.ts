import type { DataSourceOptions } from 'typeorm';
import type { DatabaseConfig } from '../config/app-config.js';
import { MIGRATIONS } from './migrations.js';

export type EntityClass = Extract<
  NonNullable<DataSourceOptions['entities']>,
  readonly unknown[]
>[number];

/**
 * The options of the one data source: for the server, the command, the migration tool and tests.
 * @param entities the entity classes (the database module knows no feature's)
 */
export function dataSourceOptions(
  database: DatabaseConfig,
  entities: readonly EntityClass[],
): DataSourceOptions {
  const shared = {
    entities: [...entities],
    migrations: [...MIGRATIONS],
    migrationsTableName: 'migrations',
    synchronize: false,
    migrationsRun: false,
    logging: false,
  } satisfies Partial<DataSourceOptions>;
  if (database.kind === 'sqlite') {
    return {
      ...shared,
      type: 'better-sqlite3',
      database: database.file,
      // A wait inside better-sqlite3 would block the event loop: our runner waits instead.
      timeout: 0,
    };
  }
  return {
    ...shared,
    type: 'mysql',
    url: database.url,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    isolationLevel: 'READ COMMITTED',
    supportBigNumbers: true,
    extra: { connectionLimit: 10, connectTimeout: 10_000 },
  };
}

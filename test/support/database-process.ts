import 'reflect-metadata';
import { createInterface } from 'node:readline';
import { MigrationExecutor, type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { createAppConfig } from '../../src/config/app-config.js';
import { SystemClock } from '../../src/config/clock.js';
import { SystemRandom } from '../../src/config/random.js';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { migrate } from '../../src/database/migrate.js';
import { OjuDataSource } from '../../src/database/oju-data-source.js';
import type { UnitQueryRunner } from '../../src/database/query-door.js';
import { ENTITIES } from '../../src/entities.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';

/** What a test asks of the process, as JSON in its one argument. */
export interface DatabaseTask {
  /** Halts after that many statements, writes "halted", and goes on at a line on its input. */
  haltAfter?: number;
  /** Halts so in the middle of the migration of the fault "unchecked step". */
  haltInside?: boolean;
  /** A fault that the tests of migrations must find. */
  fault?: 'no lock' | 'unchecked step';
  /** Instead of migrating: stores these instants, and writes what it reads back, as JSON. */
  instants?: string[];
}

/** Stops a process in the middle of its work, so that a test can kill it there. */
class HaltingDataSource extends OjuDataSource {
  /** How many statements are left until then; null: it does not halt. */
  statementsLeft: number | null = null;

  override createQueryRunner(): UnitQueryRunner {
    const runner = super.createQueryRunner();
    const query = runner.query.bind(runner) as (...args: unknown[]) => Promise<unknown>;
    const halting = async (...args: unknown[]): Promise<unknown> => {
      const answer = await query(...args);
      if (this.statementsLeft !== null) {
        this.statementsLeft -= 1;
        if (this.statementsLeft === 0) await halt();
      }
      return answer;
    };
    return Object.assign(runner, { query: halting });
  }
}

async function halt(): Promise<void> {
  console.log('halted');
  const input = createInterface(process.stdin);
  await new Promise((resolve) => input.once('line', resolve));
  input.close();
}

/** A migration as one must not be: on MySQL it fails for ever, once it was killed half-way. */
class Unchecked1764000000099 implements MigrationInterface {
  static haltsInside = false;
  name = 'Unchecked1764000000099';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'unchecked',
        columns: [{ name: 'id', type: 'integer', isPrimary: true }],
      }),
    );
    if (Unchecked1764000000099.haltsInside) await halt();
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('unchecked');
  }
}

/** As TypeORM runs migrations by itself. */
async function migrateWithoutLock(dataSource: OjuDataSource): Promise<void> {
  const executor = new MigrationExecutor(dataSource);
  executor.transaction = 'none';
  await executor.executePendingMigrations();
}

async function storeInstants(dataSource: OjuDataSource, instants: string[]): Promise<void> {
  const vendors = dataSource.getRepository(Vendor);
  for (const instant of instants) {
    const at = new Date(instant);
    await vendors.insert({
      name: instant,
      contact: '',
      comments: '',
      createdAt: at,
      updatedAt: at,
    });
  }
  const found = await vendors.find({ order: { id: 'ASC' } });
  console.log(JSON.stringify(found.map((vendor) => vendor.createdAt.toISOString())));
}

async function main(task: DatabaseTask): Promise<void> {
  const options = dataSourceOptions(createAppConfig(process.env).database, ENTITIES);
  if (task.fault === 'unchecked step') {
    Object.assign(options, { migrations: [Unchecked1764000000099] });
    Unchecked1764000000099.haltsInside = task.haltInside ?? false;
  }
  const dataSource = new HaltingDataSource(options, new SystemClock(), new SystemRandom());
  await dataSource.initialize();
  console.log('connected');
  dataSource.statementsLeft = task.haltAfter ?? null;
  if (task.instants) await storeInstants(dataSource, task.instants);
  else if (task.fault === 'no lock') await migrateWithoutLock(dataSource);
  else await migrate(dataSource);
  await dataSource.destroy();
  console.log('done');
}

main(JSON.parse(process.argv[2] ?? '{}') as DatabaseTask).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

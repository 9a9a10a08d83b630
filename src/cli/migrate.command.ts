import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import { AuditTrail } from '../access/audit-trail.service.js';
import { AppConfig } from '../config/app-config.js';
import { Clock } from '../config/clock.js';
import { Random } from '../config/random.js';
import { Redactor } from '../config/redactor.js';
import { dataSourceOptions } from '../database/data-source-options.js';
import { migrate } from '../database/migrate.js';
import { OjuDataSource } from '../database/oju-data-source.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { ENTITIES } from '../entities.js';
import type { CommandIo } from './command-io.js';
import { withConfig } from './context.js';

/** `oju migrate`: the server does the same by itself before it listens. */
export function registerMigrate(oju: Command, io: CommandIo): void {
  oju
    .command('migrate')
    .description('bring the database to the newest schema, and print what was done')
    .action(async () => {
      const names = await withConfig(io, async (context) => {
        const dataSource = new OjuDataSource(
          dataSourceOptions(context.get(AppConfig).database, ENTITIES),
          context.get(Clock),
          context.get(Random),
        );
        await dataSource.initialize();
        try {
          const done = await migrate(dataSource);
          if (done.length > 0) await record(context, dataSource, done);
          return done;
        } finally {
          await dataSource.destroy();
        }
      });
      for (const name of names) io.out(name);
      io.err(names.length > 0 ? `${names.length} done.` : 'The database is up to date.');
    });
}

/** Afterwards, since the trail's own table may be among what was made. */
async function record(
  context: INestApplicationContext,
  dataSource: OjuDataSource,
  migrations: readonly string[],
): Promise<void> {
  const clock = context.get(Clock);
  const unitOfWork = new UnitOfWork(dataSource, clock, context.get(Random));
  const audit = new AuditTrail(unitOfWork, clock, context.get(Redactor));
  const subject = { kind: 'database' };
  await unitOfWork.run(() =>
    audit.record({ action: 'database.migrated', subject, after: { migrations } }),
  );
}

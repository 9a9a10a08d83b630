import type { Command } from 'commander';
import { AppConfig } from '../config/app-config.js';
import { Clock } from '../config/clock.js';
import { Random } from '../config/random.js';
import { dataSourceOptions } from '../database/data-source-options.js';
import { migrate } from '../database/migrate.js';
import { OjuDataSource } from '../database/oju-data-source.js';
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
          return await migrate(dataSource);
        } finally {
          await dataSource.destroy();
        }
      });
      for (const name of names) io.out(name);
      io.err(names.length > 0 ? `${names.length} done.` : 'The database is up to date.');
    });
}

import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { AppConfig } from '../config/app-config.js';
import { Clock } from '../config/clock.js';
import { Random } from '../config/random.js';
import { dataSourceOptions, type EntityClass } from './data-source-options.js';
import { migrate } from './migrate.js';
import { OjuDataSource } from './oju-data-source.js';
import { StoredSecrets } from './stored-secrets.service.js';
import { UnitOfWork } from './unit-of-work.js';

/** The data source, migrated before anything else starts, and the unit of work. */
@Global()
@Module({})
export class DatabaseModule {
  /** @param entities the entity classes of every module */
  static register(entities: readonly EntityClass[]): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [AppConfig, Clock, Random],
          useFactory: (config: AppConfig, clock: Clock, random: Random) => ({
            ...dataSourceOptions(config.database, entities),
            retryAttempts: config.database.kind === 'mysql' ? 10 : 0,
            clock,
            random,
          }),
          dataSourceFactory: async (options) => {
            const { clock, random, ...rest } = options as DataSourceOptions & {
              clock: Clock;
              random: Random;
            };
            const dataSource = await new OjuDataSource(rest, clock, random).initialize();
            try {
              await migrate(dataSource);
            } catch (error) {
              // Nest tries again with a new one; this one would keep its connections.
              await dataSource.destroy();
              throw error;
            }
            return dataSource;
          },
        }),
      ],
      providers: [
        {
          provide: OjuDataSource,
          inject: [DataSource],
          useFactory: (source: DataSource) => source,
        },
        UnitOfWork,
        StoredSecrets,
      ],
      exports: [OjuDataSource, UnitOfWork, StoredSecrets],
    };
  }
}

import 'reflect-metadata';
import { readAppConfig } from './src/config/app-config.js';
import { SystemClock } from './src/config/clock.js';
import { SystemRandom } from './src/config/random.js';
import { dataSourceOptions } from './src/database/data-source-options.js';
import { OjuDataSource } from './src/database/oju-data-source.js';
import { ENTITIES } from './src/entities.js';

/** What the TypeORM command line is given: `typeorm migration:show -d dist/ormconfig.js`. */
export const dataSource = new OjuDataSource(
  dataSourceOptions(readAppConfig().database, ENTITIES),
  new SystemClock(),
  new SystemRandom(),
);

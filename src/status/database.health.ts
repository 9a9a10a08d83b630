import { Injectable } from '@nestjs/common';
import {
  type HealthIndicatorFunction,
  HealthIndicatorService,
  TypeOrmHealthIndicator,
} from '@nestjs/terminus';
import { pendingMigrations } from '../database/migrate.js';
import { OjuDataSource } from '../database/oju-data-source.js';

const PING_TIMEOUT_MS = 3000;

/** Whether the database answers, and its schema is this version's. */
@Injectable()
export class DatabaseHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly database: TypeOrmHealthIndicator,
    private readonly dataSource: OjuDataSource,
  ) {}

  answers(): HealthIndicatorFunction {
    return () => this.database.pingCheck('database', { timeout: PING_TIMEOUT_MS });
  }

  schemaIsCurrent(): HealthIndicatorFunction {
    return async () => {
      const indicator = this.indicators.check('migrations');
      try {
        const pending = await pendingMigrations(this.dataSource);
        return pending.length === 0 ? indicator.up() : indicator.down({ pending });
      } catch {
        return indicator.down('the database does not answer');
      }
    };
  }
}

import { Injectable } from '@nestjs/common';
import { type HealthIndicatorFunction, HealthIndicatorService } from '@nestjs/terminus';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppConfig } from '../config/app-config.js';
import { pendingMigrations } from '../database/migrate.js';
import { OjuDataSource } from '../database/oju-data-source.js';

const PING_TIMEOUT_MS = 3000;
/** With less room beside an SQLite file, bytes, writes are about to fail, though reads go on. */
const LEAST_ROOM = 1024 * 1024;

/** Whether the database answers, and its schema is this version's. */
@Injectable()
export class DatabaseHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly dataSource: OjuDataSource,
    private readonly config: AppConfig,
  ) {}

  answers(): HealthIndicatorFunction {
    return async () => {
      const indicator = this.indicators.check('database');
      if (await this.isDiskFull()) return indicator.down('no room is left on the disk');
      return indicator
        .attempt(async () => {
          await this.dataSource.query('SELECT 1');
        })
        .withTimeout(PING_TIMEOUT_MS);
    };
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

  private async isDiskFull(): Promise<boolean> {
    const { database } = this.config;
    if (database.kind !== 'sqlite') return false;
    try {
      const { bavail, bsize } = await statfs(dirname(database.file));
      return bavail * bsize < LEAST_ROOM;
    } catch {
      // Not told here: whether the database answers is asked next.
      return false;
    }
  }
}

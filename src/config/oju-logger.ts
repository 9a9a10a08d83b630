import { inspect } from 'node:util';
import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { AppConfig } from './app-config.js';
import type { Redactor } from './redactor.js';

const LEVELS: Record<AppConfig['log']['level'], LogLevel[]> = {
  error: ['error', 'fatal'],
  warn: ['error', 'fatal', 'warn'],
  info: ['error', 'fatal', 'warn', 'log'],
  debug: ['error', 'fatal', 'warn', 'log', 'debug', 'verbose'],
};

/** Where Nest tells of each module and route while it starts: of use to who debugs the start alone. */
const START_CONTEXTS = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

/** Nest's console logger, with every secret taken out of what it writes. */
export class OjuLogger extends ConsoleLogger {
  constructor(
    log: AppConfig['log'],
    private readonly secrets: Redactor,
  ) {
    super({
      json: log.format === 'json',
      colors: log.format === 'pretty' && process.stdout.isTTY,
      logLevels: LEVELS[log.level],
    });
  }

  protected override printMessages(
    messages: unknown[],
    context?: string,
    logLevel?: LogLevel,
    writeStreamType?: 'stdout' | 'stderr',
    errorStack?: unknown,
    params?: unknown,
  ): void {
    const isOfTheStart = logLevel === 'log' && START_CONTEXTS.has(context ?? '');
    if (isOfTheStart && !this.isLevelEnabled('debug')) return;
    super.printMessages(
      messages.map((message) => this.clean(message)),
      context,
      logLevel,
      writeStreamType,
      this.clean(errorStack),
      this.clean(params) as never,
    );
  }

  /** Nest writes it past printMessages when the format is `pretty`. */
  protected override printStackTrace(stack: string): void {
    super.printStackTrace(this.clean(stack) as string);
  }

  /** An error becomes its stack alone: what else a database's error carries are the row's values. */
  private clean(value: unknown): unknown {
    if (typeof value === 'string') return this.secrets.redact(value);
    if (value instanceof Error) return this.secrets.redact(value.stack ?? String(value));
    if (value === null || typeof value !== 'object') return value;
    try {
      return JSON.parse(this.secrets.redact(JSON.stringify(value, withoutErrors))) as unknown;
    } catch {
      // Not JSON: a circle, a BigInt. A line that reads badly is better than none.
      return this.secrets.redact(inspect(value));
    }
  }
}

/** JSON knows no errors: they would become `{}`. */
function withoutErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? (value.stack ?? String(value)) : value;
}

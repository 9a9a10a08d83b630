import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { AppConfig } from './app-config.js';
import type { Redactor } from './redactor.js';

const LEVELS: Record<AppConfig['log']['level'], LogLevel[]> = {
  error: ['error', 'fatal'],
  warn: ['error', 'fatal', 'warn'],
  info: ['error', 'fatal', 'warn', 'log'],
  debug: ['error', 'fatal', 'warn', 'log', 'debug', 'verbose'],
};

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
    super.printMessages(
      messages.map((message) => this.clean(message)),
      context,
      logLevel,
      writeStreamType,
      this.clean(errorStack),
      this.clean(params) as never,
    );
  }

  private clean(value: unknown): unknown {
    if (typeof value === 'string') return this.secrets.redact(value);
    if (value === null || typeof value !== 'object') return value;
    return JSON.parse(this.secrets.redact(JSON.stringify(value))) as unknown;
  }
}

import type { LogLevel } from '@nestjs/common';
import type { AppConfig } from '../config/app-config.js';
import { OjuLogger } from '../config/oju-logger.js';
import type { Redactor } from '../config/redactor.js';

/** Warnings and errors alone, on standard error: standard output is what the command was asked for. */
export class StderrLogger extends OjuLogger {
  constructor(format: AppConfig['log']['format'], redactor: Redactor) {
    super({ level: 'warn', format }, redactor);
  }

  protected override printMessages(
    messages: unknown[],
    context?: string,
    logLevel?: LogLevel,
    _stream?: 'stdout' | 'stderr',
    errorStack?: unknown,
    params?: unknown,
  ): void {
    super.printMessages(messages, context, logLevel, 'stderr', errorStack, params);
  }
}

import { type INestApplicationContext, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { asCommand } from '../access/actor-context.js';
import { AccessServicesModule } from '../access/access-services.module.js';
import { AppConfig } from '../config/app-config.js';
import { ConfigModule } from '../config/config.module.js';
import { Redactor } from '../config/redactor.js';
import { DatabaseModule } from '../database/database.module.js';
import { ENTITIES } from '../entities.js';
import type { CommandIo } from './command-io.js';
import { StderrLogger } from './stderr-logger.js';

@Module({})
class CommandModule {}

/**
 * Does `work` with the application's own modules, and closes them again. The database is migrated
 * first. No server, schedule or scan starts: those are in modules that this one does not import.
 * @param imports what the command needs beside configuration, database, users and tokens
 */
export async function withContext<T>(
  io: CommandIo,
  work: (context: INestApplicationContext) => Promise<T>,
  imports: NonNullable<ModuleMetadata['imports']> = [],
): Promise<T> {
  return withModules(
    [
      ConfigModule.register(io.config),
      DatabaseModule.register(ENTITIES),
      AccessServicesModule,
      ...imports,
    ],
    work,
  );
}

/** The same with the configuration alone: for what must come before the database is opened. */
export async function withConfig<T>(
  io: CommandIo,
  work: (context: INestApplicationContext) => Promise<T>,
): Promise<T> {
  return withModules([ConfigModule.register(io.config)], work);
}

async function withModules<T>(
  imports: NonNullable<ModuleMetadata['imports']>,
  work: (context: INestApplicationContext) => Promise<T>,
): Promise<T> {
  const context = await NestFactory.createApplicationContext(
    { module: CommandModule, imports },
    // Should it fail, the command itself says why, in one line.
    { abortOnError: false, bufferLogs: true, autoFlushLogs: false },
  );
  context.useLogger(new StderrLogger(context.get(AppConfig).log.format, context.get(Redactor)));
  try {
    return await asCommand(() => work(context));
  } finally {
    await context.close();
  }
}

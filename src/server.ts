import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { AppConfig } from './config/app-config.js';
import type { ConfigOptions } from './config/config.module.js';
import { EnvironmentError } from './config/environment.js';
import { letHeapGrow } from './config/start-heap.js';
import { redactorOfEnvironment } from './config/told-redactor.js';
import { configureApp } from './configure-app.js';

/**
 * Starts the server and listens.
 * @param options what only code may put in: a test's clock
 * @throws EnvironmentError when the environment is not usable
 */
export async function startServer(options: ConfigOptions = {}): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.register(options), {
    abortOnError: false,
    bodyParser: false,
    bufferLogs: true,
    autoFlushLogs: false,
    forceCloseConnections: true,
    return503OnClosing: true,
  });
  configureApp(app);
  // Not by itself: an environment that is refused is told in one line, and nothing else.
  app.flushLogs();
  const config = app.get(AppConfig);
  await app.listen(config.port, config.host);
  new Logger('Oju').log(`Listening on ${await app.getUrl()}`);
  letHeapGrow();
  return app;
}

/** Ends the process with what an operator can use: one line for a setting, else everything. */
export function failToStart(error: unknown): never {
  console.error(
    // No logger stands yet, so that secrets are taken out here.
    error instanceof EnvironmentError
      ? error.message
      : redactorOfEnvironment().redact(inspect(error)),
  );
  process.exit(1);
}

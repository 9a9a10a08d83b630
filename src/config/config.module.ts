import { type DynamicModule, Global, Logger, Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule, ConfigService } from '@nestjs/config';
import { AppConfig, createAppConfig } from './app-config.js';
import { variablesTooShort } from './config-secrets.js';
import { Clock, SystemClock } from './clock.js';
import { Random, SystemRandom } from './random.js';
import { OjuLogger } from './oju-logger.js';
import { Redactor, SHORTEST_TOLD } from './redactor.js';
import { SecretBox } from './secret-box.js';
import { redactorOf } from './told-redactor.js';
import { resolveSecrets } from './secret-file.js';

/** What only code (a test, the demo) may put in; the running product takes none of it. */
export interface ConfigOptions {
  /** Instead of process.env and the file .env. */
  env?: Record<string, string | undefined>;
  clock?: Clock;
  random?: Random;
}

/** The validated environment, the clock, chance and the secret box, for every module. */
@Global()
@Module({})
export class ConfigModule {
  /** @throws EnvironmentError when a variable has a value that it does not take */
  static register(options: ConfigOptions = {}): DynamicModule {
    return ConfigModule.load(options).module;
  }

  /**
   * The module, and the configuration for those who choose other modules by it.
   * @throws EnvironmentError when a variable has a value that it does not take
   */
  static load(options: ConfigOptions): { module: DynamicModule; config: AppConfig } {
    const outcome: { config?: AppConfig; failure?: unknown } = {};
    const environment = NestConfigModule.forRoot({
      ignoreEnvFile: options.env !== undefined,
      validate: (raw) => {
        try {
          outcome.config = createAppConfig(options.env ?? raw);
          return { app: outcome.config };
        } catch (error) {
          outcome.failure = error;
          return {};
        }
      },
    });
    // Thrown from here and not from forRoot, whose promise Nest awaits too late for Node, and whose
    // error it would log with its stack: an operator is told in one line.
    if (!outcome.config) throw outcome.failure;
    if (!options.env) handOnProxy(outcome.config);
    const module: DynamicModule = {
      module: ConfigModule,
      imports: [environment],
      providers: [
        {
          provide: AppConfig,
          inject: [ConfigService],
          useFactory: (service: ConfigService) => service.getOrThrow<AppConfig>('app'),
        },
        { provide: Clock, useValue: options.clock ?? new SystemClock() },
        { provide: Random, useValue: options.random ?? new SystemRandom() },
        {
          provide: SecretBox,
          inject: [AppConfig, Redactor],
          useFactory: (config: AppConfig, redactor: Redactor) => {
            const secrets = resolveSecrets(config);
            for (const secret of secrets) redactor.protect(secret);
            return new SecretBox(secrets);
          },
        },
        { provide: Redactor, inject: [AppConfig], useFactory: warningRedactor },
        {
          provide: OjuLogger,
          inject: [AppConfig, Redactor],
          useFactory: (config: AppConfig, redactor: Redactor) =>
            new OjuLogger(config.log, redactor),
        },
      ],
      exports: [AppConfig, Clock, Random, SecretBox, Redactor, OjuLogger],
    };
    return { module, config: outcome.config };
  }
}

/** Both may have stood in a file; axios looks for them here alone. */
function handOnProxy({ proxyUrl, noProxy }: AppConfig): void {
  if (proxyUrl !== null) process.env.HTTPS_PROXY = proxyUrl;
  if (noProxy !== null) process.env.NO_PROXY = noProxy;
}

function warningRedactor(config: AppConfig): Redactor {
  const short = variablesTooShort(config);
  if (short.length > 0) {
    new Logger('Config').warn(
      `The secret in ${short.join(', ')} has fewer than ${SHORTEST_TOLD} characters: it may be an ordinary word, and is not taken out of logs and the audit trail. Use a longer one.`,
    );
  }
  return redactorOf(config);
}

import { type AppConfig, createAppConfig, readAppConfig } from './app-config.js';
import { secretsOf } from './config-secrets.js';
import { Redactor } from './redactor.js';

/** A redactor that was told every secret of the configuration. */
export function redactorOf(config: AppConfig): Redactor {
  const redactor = new Redactor();
  for (const secret of secretsOf(config)) redactor.protect(secret);
  return redactor;
}

/**
 * The same for errors that are told when no application stands: from `env`, or else the process'
 * own environment. Where that cannot be read it knows secrets by their form alone.
 */
export function redactorOfEnvironment(env?: Record<string, string | undefined>): Redactor {
  try {
    return redactorOf(env ? createAppConfig(env) : readAppConfig());
  } catch {
    // What is wrong with it is about to be told already.
    return new Redactor();
  }
}

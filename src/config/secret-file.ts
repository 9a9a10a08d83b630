import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppConfig } from './app-config.js';
import { EnvironmentError } from './environment.js';
import { isSecret } from './environment-values.js';

/**
 * The secrets to encrypt and sign with: OJU_SECRET, or else the file `secret` beside the SQLite
 * file, which is made once (mode 0600) and never overwritten.
 * @throws EnvironmentError when the file holds something else than 32 bytes in base64
 */
export function resolveSecrets(config: AppConfig): readonly string[] {
  if (config.secrets.length > 0 || config.database.kind === 'mysql') return config.secrets;
  const file = join(dirname(config.database.file), 'secret');
  const secret = readSecret(file) ?? makeSecret(file);
  if (!isSecret(secret)) {
    throw new EnvironmentError(`Cannot start: ${file} does not hold 32 bytes in base64`);
  }
  return [secret];
}

function readSecret(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Linking a finished file into place means that of two starting processes one wins, whole. */
function makeSecret(file: string): string {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(file, 'utf8').trim();
}

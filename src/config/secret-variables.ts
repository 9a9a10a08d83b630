import { readFileSync, statSync } from 'node:fs';

/** Every variable that may hold a secret, by itself or as the password of an address. */
export const SECRET_VARIABLES = [
  'DATABASE_URL',
  'REDIS_URL',
  'SMTP_URL',
  'OJU_SECRET',
  'OJU_ADMIN_PASSWORD',
  'OJU_OIDC_CLIENT_SECRET',
  'OJU_HEARTBEAT_URL',
  'HTTPS_PROXY',
] as const;

/** What is handed out together with a secret. */
const BESIDE_SECRETS = ['OJU_ADMIN_EMAIL', 'OJU_OIDC_CLIENT_ID'] as const;

/** In bytes; a secret is small, and what is larger is another file. */
const LARGEST_FILE = 64 * 1024;

/** The variables with what stood in files among them, and what is wrong with the files. */
export interface ResolvedVariables {
  values: Record<string, unknown>;
  complaints: string[];
}

/**
 * Reads the files that `NAME_FILE` variables name, as container platforms hand out secrets: the
 * file's text, without the line end behind it, is the value of `NAME`. Complaints name the variable
 * alone: what it holds may be the secret itself, set by mistake.
 */
export function readSecretFiles(raw: Readonly<Record<string, unknown>>): ResolvedVariables {
  const values = { ...raw };
  const complaints: string[] = [];
  for (const name of [...SECRET_VARIABLES, ...BESIDE_SECRETS]) {
    const path = raw[`${name}_FILE`];
    if (typeof path !== 'string' || path === '') continue;
    const text = readText(path);
    if (raw[name] !== undefined && raw[name] !== '') {
      complaints.push(`${name} and ${name}_FILE exclude each other: set one of them`);
    } else if (text === null) {
      complaints.push(
        `${name}_FILE takes the path of a file that can be read and is not empty, of up to 64 KB of text`,
      );
    } else {
      values[name] = text;
    }
  }
  return { values, complaints };
}

function readText(path: string): string | null {
  try {
    const file = statSync(path);
    // A pipe is how shells hand out secrets; any other device may never end.
    if (!file.isFIFO() && (!file.isFile() || file.size > LARGEST_FILE)) return null;
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
    const value = text.replace(/\r?\n$/, '');
    return value === '' ? null : value;
  } catch {
    // Not there, not to be read, not text: to the operator it is one thing to look at.
    return null;
  }
}

import type { AppConfig } from './app-config.js';
import { SHORTEST_TOLD } from './redactor.js';

/** A shorter part of an address may be an ordinary word. */
const SHORTEST_PART = 16;

/** Every secret that the configuration holds: passwords of addresses, keys, the first admin's. */
export function secretsOf(config: AppConfig): string[] {
  return byVariable(config).flatMap(([, secrets]) => secrets);
}

/** The variables whose secret is too short to be known by it in text. */
export function variablesTooShort(config: AppConfig): string[] {
  return byVariable(config)
    .filter(([, secrets]) => secrets.some((secret) => secret.length < SHORTEST_TOLD))
    .map(([name]) => name);
}

function byVariable(config: AppConfig): (readonly [name: string, secrets: string[]])[] {
  const { database, redisUrl, mail, proxyUrl, heartbeatUrl, firstAdmin, oidc, secrets } = config;
  const all = [
    ['DATABASE_URL', passwordsOf(database.kind === 'mysql' ? database.url : null)],
    ['REDIS_URL', passwordsOf(redisUrl)],
    ['SMTP_URL', passwordsOf(mail?.url)],
    ['HTTPS_PROXY', passwordsOf(proxyUrl)],
    ['OJU_ADMIN_PASSWORD', [firstAdmin?.password ?? '']],
    ['OJU_OIDC_CLIENT_SECRET', [oidc?.clientSecret ?? '']],
    ['OJU_HEARTBEAT_URL', addressAsSecret(heartbeatUrl)],
    ['OJU_SECRET', [...secrets]],
  ] as const;
  return all.map(([name, given]) => [name, given.filter((secret) => secret !== '')]);
}

/** The whole address, and those of its parts that look like the secret in it. */
function addressAsSecret(address: string | null): string[] {
  if (!address) return [];
  const { href, pathname, searchParams } = new URL(address);
  const parts = [...pathname.split('/'), ...searchParams.values()];
  return [address, href, ...parts.filter((part) => part.length >= SHORTEST_PART)];
}

/** The password of an address, as it is written there and as it is meant. */
function passwordsOf(address: string | null | undefined): string[] {
  if (!address || !URL.canParse(address)) return [];
  const { password } = new URL(address);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    // Not percent-encoded: then it is meant as it is written.
    return [password];
  }
}

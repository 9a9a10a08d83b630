import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { listOf, type MappedRole, mappedRoles } from './environment-values.js';
import { Environment, sqliteFile, validateEnvironment } from './environment.js';

/** Which database Oju works on. */
export type DatabaseConfig = { kind: 'sqlite'; file: string } | { kind: 'mysql'; url: string };

/** The OpenID provider that people may sign in through. */
export interface OidcConfig {
  /** As its metadata has it, to the letter. */
  issuer: string;
  clientId: string;
  /** Null for a public client, which PKCE alone protects. */
  clientSecret: string | null;
  scopes: string;
  /** A claim's name, or the way to one inside others: `realm_access.roles`. */
  roleClaim: string;
  roles: readonly MappedRole[];
  /** What the button on the sign-in page calls it. */
  name: string;
}

/**
 * The environment as one validated, typed, frozen object. Nothing else reads process.env; what an
 * admin changes while Oju runs is in the database instead.
 */
export abstract class AppConfig {
  /** Whether it runs for those who build it: never unless the environment says so. */
  readonly isDevelopment!: boolean;
  readonly port!: number;
  readonly host!: string;
  readonly database!: DatabaseConfig;
  /** Where instances share the scan work; null for the work of one process, from the database. */
  readonly redisUrl!: string | null;
  /** Given keys in base64; empty when the key file beside the SQLite file is to be used. */
  readonly secrets!: readonly string[];
  readonly firstAdmin!: { email: string; password: string } | null;
  /** Without a slash at its end; in links and redirects, and what the origin check compares with. */
  readonly baseUrl!: string;
  /** True when an operator set the base address, so that the Host header need not be believed. */
  readonly baseUrlIsSet!: boolean;
  /** The mail server and the sender of every mail; null when Oju sends none. */
  readonly mail!: { url: string; from: string } | null;
  /** Null when people sign in with passwords alone. */
  readonly oidc!: OidcConfig | null;
  /** What is fetched while all is well; null for nothing. May hold a secret. */
  readonly heartbeatUrl!: string | null;
  /** Nets that are not public and may be reached all the same, in CIDR notation. */
  readonly outgoingAllow!: readonly string[];
  readonly virusTotalBaseUrl!: string;
  /** To reach VirusTotal; axios finds it in the environment. */
  readonly proxyUrl!: string | null;
  /** What is reached without the proxy, as axios takes it. */
  readonly noProxy!: string | null;
  /** How many proxies in front of Oju set X-Forwarded-For. */
  readonly trustProxy!: number;
  readonly log!: { level: Environment['LOG_LEVEL']; format: Environment['LOG_FORMAT'] };
}

/**
 * Makes the configuration from raw environment variables.
 * @throws EnvironmentError when a variable has a value that it does not take
 */
export function createAppConfig(raw: Record<string, unknown>): AppConfig {
  const env = validateEnvironment(raw);
  const host = env.HOST.includes(':') ? `[${env.HOST}]` : env.HOST;
  return Object.freeze({
    isDevelopment: ['development', 'test'].includes(env.NODE_ENV ?? ''),
    port: env.PORT,
    host: env.HOST,
    database: env.DATABASE_URL.startsWith('sqlite:')
      ? { kind: 'sqlite' as const, file: sqliteFile(env.DATABASE_URL) }
      : { kind: 'mysql' as const, url: env.DATABASE_URL },
    redisUrl: env.REDIS_URL ?? null,
    secrets: listOf(env.OJU_SECRET),
    firstAdmin:
      env.OJU_ADMIN_EMAIL && env.OJU_ADMIN_PASSWORD
        ? { email: env.OJU_ADMIN_EMAIL, password: env.OJU_ADMIN_PASSWORD }
        : null,
    baseUrl: (env.OJU_BASE_URL ?? `http://${host}:${env.PORT}`).replace(/\/+$/, ''),
    baseUrlIsSet: env.OJU_BASE_URL !== undefined,
    mail: env.SMTP_URL && env.MAIL_FROM ? { url: env.SMTP_URL, from: env.MAIL_FROM } : null,
    oidc: oidcConfig(env),
    heartbeatUrl: env.OJU_HEARTBEAT_URL ?? null,
    outgoingAllow: listOf(env.OJU_OUTGOING_ALLOW),
    virusTotalBaseUrl: env.VIRUSTOTAL_BASE_URL.replace(/\/+$/, ''),
    proxyUrl: env.HTTPS_PROXY ?? null,
    noProxy: env.NO_PROXY ?? null,
    trustProxy: env.TRUST_PROXY,
    log: { level: env.LOG_LEVEL, format: env.LOG_FORMAT },
  });
}

function oidcConfig(env: Environment): OidcConfig | null {
  if (!env.OJU_OIDC_ISSUER || !env.OJU_OIDC_CLIENT_ID) return null;
  return {
    issuer: env.OJU_OIDC_ISSUER,
    clientId: env.OJU_OIDC_CLIENT_ID,
    clientSecret: env.OJU_OIDC_CLIENT_SECRET ?? null,
    scopes: env.OJU_OIDC_SCOPES,
    roleClaim: env.OJU_OIDC_ROLE_CLAIM,
    roles: mappedRoles(env.OJU_OIDC_ROLES ?? '') ?? [],
    name: env.OJU_OIDC_NAME,
  };
}

/**
 * The configuration for a tool that runs without Nest, from what ConfigModule takes as well: the
 * environment and the file `.env`.
 * @throws EnvironmentError when a variable has a value that it does not take
 */
export function readAppConfig(): AppConfig {
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
  return createAppConfig({ ...file, ...process.env });
}

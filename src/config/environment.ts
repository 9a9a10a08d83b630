import { plainToInstance } from 'class-transformer';
import {
  IsEmail,
  IsIn,
  IsInt,
  IsOptional,
  IsUrl,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
  validateSync,
} from 'class-validator';
import { isAbsolute, resolve } from 'node:path';
import {
  isDatabaseUrl,
  isIssuer,
  isNetList,
  isOrigin,
  isSecretList,
  isSmtpUrl,
  isWebAddress,
  mappedRoles,
} from './environment-values.js';
import { readSecretFiles } from './secret-variables.js';

const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
const LOG_FORMATS = ['pretty', 'json'] as const;

function whole(message: string): { message: string } {
  return { message };
}

/** Every environment variable that Oju reads, with what it takes. Messages never repeat a value. */
export class Environment {
  @IsInt(whole('takes a whole number from 0 to 65535'))
  @Min(0, whole('takes a whole number from 0 to 65535'))
  @Max(65535, whole('takes a whole number from 0 to 65535'))
  PORT = 3000;

  @Matches(/^[0-9A-Za-z.:_-]+$/, whole('takes a host name or an IP address to listen on'))
  HOST = '127.0.0.1';

  @ValidateBy(
    { name: 'isDatabaseUrl', validator: { validate: isDatabaseUrl } },
    whole('takes sqlite:PATH or mysql://user:password@host:3306/database'),
  )
  DATABASE_URL = 'sqlite:./data/oju.sqlite';

  @IsOptional()
  @IsUrl(
    { protocols: ['redis', 'rediss'], require_protocol: true, require_tld: false },
    whole('takes redis://user:password@host:6379/0, or rediss:// for TLS'),
  )
  REDIS_URL?: string;

  @IsOptional()
  @ValidateBy(
    { name: 'isSecretList', validator: { validate: isSecretList } },
    whole('takes 32 random bytes in base64, several separated by commas'),
  )
  OJU_SECRET?: string;

  @IsOptional()
  @IsEmail({}, whole('takes a mail address'))
  OJU_ADMIN_EMAIL?: string;

  @IsOptional()
  @MinLength(12, whole('takes a password of 12 to 200 characters'))
  @MaxLength(200, whole('takes a password of 12 to 200 characters'))
  OJU_ADMIN_PASSWORD?: string;

  @IsOptional()
  @ValidateBy(
    { name: 'isOrigin', validator: { validate: isOrigin } },
    whole('takes an http or https address without a path, such as https://oju.example.org'),
  )
  OJU_BASE_URL?: string;

  @IsOptional()
  @ValidateBy(
    { name: 'isSmtpUrl', validator: { validate: isSmtpUrl } },
    whole('takes smtp://user:password@host:587, or smtps://…:465 for TLS from the start'),
  )
  SMTP_URL?: string;

  @IsOptional()
  @IsEmail(
    { allow_display_name: true },
    whole('takes a mail address, such as Oju <oju@example.org>'),
  )
  MAIL_FROM?: string;

  @IsOptional()
  @ValidateBy(
    { name: 'isWebAddress', validator: { validate: isWebAddress } },
    whole('takes an http or https address without a user name or password'),
  )
  OJU_HEARTBEAT_URL?: string;

  @IsOptional()
  @ValidateBy(
    { name: 'isNetList', validator: { validate: isNetList } },
    whole('takes nets separated by commas, such as 10.1.0.0/16, fd00::/8'),
  )
  OJU_OUTGOING_ALLOW?: string;

  @IsOptional()
  @ValidateBy(
    { name: 'isIssuer', validator: { validate: isIssuer } },
    whole('takes the https address of an OpenID provider, as its metadata has it'),
  )
  OJU_OIDC_ISSUER?: string;

  @IsOptional()
  @MaxLength(255, whole('takes up to 255 characters'))
  OJU_OIDC_CLIENT_ID?: string;

  @IsOptional()
  @MaxLength(1000, whole('takes up to 1,000 characters'))
  OJU_OIDC_CLIENT_SECRET?: string;

  @IsOptional()
  @ValidateBy(
    {
      name: 'isRoles',
      validator: { validate: (value) => typeof value === 'string' && mappedRoles(value) !== null },
    },
    whole('takes values of the role claim with their role, such as staff=viewer, soc=analyst'),
  )
  OJU_OIDC_ROLES?: string;

  @MaxLength(255, whole('takes the name of a claim'))
  OJU_OIDC_ROLE_CLAIM = 'groups';

  @Matches(/^openid( [\x21\x23-\x5b\x5d-\x7e]+)*$/, whole('takes scopes, openid the first'))
  OJU_OIDC_SCOPES = 'openid email profile';

  @MaxLength(50, whole('takes up to 50 characters'))
  OJU_OIDC_NAME = 'single sign-on';

  /** Not checked further: the library that uses it takes more forms than one. */
  @IsOptional()
  @MaxLength(2000, whole('takes the address of a proxy'))
  HTTPS_PROXY?: string;

  @IsOptional()
  @MaxLength(2000, whole('takes hosts separated by commas'))
  NO_PROXY?: string;

  @IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false },
    whole('takes an http or https address'),
  )
  VIRUSTOTAL_BASE_URL = 'https://www.virustotal.com/api/v3';

  @IsInt(whole('takes the number of proxies in front of Oju, 0 to 10'))
  @Min(0, whole('takes the number of proxies in front of Oju, 0 to 10'))
  @Max(10, whole('takes the number of proxies in front of Oju, 0 to 10'))
  TRUST_PROXY = 0;

  /** As Node's world has it: `development` and `test` show what only builders need. */
  @IsOptional()
  @MaxLength(50, whole('takes production, development or test'))
  NODE_ENV?: string;

  @IsIn(LOG_LEVELS, whole(`takes one of ${LOG_LEVELS.join(', ')}`))
  LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'info';

  @IsIn(LOG_FORMATS, whole(`takes one of ${LOG_FORMATS.join(', ')}`))
  LOG_FORMAT: (typeof LOG_FORMATS)[number] = process.stdout.isTTY ? 'pretty' : 'json';
}

/** Thrown when the environment is not usable; `message` is one line that names each variable. */
export class EnvironmentError extends Error {}

const NUMBERS = ['PORT', 'TRUST_PROXY'] as const;

/**
 * Checks the environment and fills in the defaults. An empty variable counts as not set; what a
 * `NAME_FILE` variable names counts as set in `NAME`.
 * @throws EnvironmentError that names each bad variable and what it takes, never its value
 */
export function validateEnvironment(given: Record<string, unknown>): Environment {
  const { values: raw, complaints } = readSecretFiles(given);
  // Without what a file was to hold, others would be complained of that are right.
  if (complaints.length > 0) throw refusal(complaints);
  const known = Object.keys(new Environment()).concat(
    'REDIS_URL',
    'OJU_SECRET',
    'NODE_ENV',
    'OJU_ADMIN_EMAIL',
    'OJU_ADMIN_PASSWORD',
    'OJU_BASE_URL',
    'SMTP_URL',
    'MAIL_FROM',
    'OJU_HEARTBEAT_URL',
    'OJU_OUTGOING_ALLOW',
    'OJU_OIDC_ISSUER',
    'OJU_OIDC_CLIENT_ID',
    'OJU_OIDC_CLIENT_SECRET',
    'OJU_OIDC_ROLES',
    'HTTPS_PROXY',
    'NO_PROXY',
  );
  const set: Record<string, unknown> = {};
  for (const name of known) {
    if (raw[name] !== undefined && raw[name] !== '') set[name] = raw[name];
  }
  for (const name of NUMBERS) {
    if (typeof set[name] === 'string') {
      set[name] = /^\d+$/.test(set[name]) ? Number(set[name]) : Number.NaN;
    }
  }
  const environment = plainToInstance(Environment, set);
  for (const { property, constraints } of validateSync(environment)) {
    complaints.push(`${property} ${Object.values(constraints ?? {})[0] ?? 'is not valid'}`);
  }
  complaints.push(...misfits(environment));
  if (complaints.length > 0) throw refusal(complaints);
  return environment;
}

function refusal(complaints: readonly string[]): EnvironmentError {
  return new EnvironmentError(`Cannot start: ${complaints.join('; ')}`);
}

/** What is wrong with variables that are right one by one. */
function misfits(environment: Environment): string[] {
  const complaints: string[] = [];
  if (Boolean(environment.OJU_ADMIN_EMAIL) !== Boolean(environment.OJU_ADMIN_PASSWORD)) {
    complaints.push('OJU_ADMIN_EMAIL and OJU_ADMIN_PASSWORD take each other: set both or neither');
  }
  if (Boolean(environment.SMTP_URL) !== Boolean(environment.MAIL_FROM)) {
    complaints.push('SMTP_URL and MAIL_FROM take each other: set both or neither');
  }
  const { OJU_OIDC_ISSUER, OJU_OIDC_CLIENT_ID, OJU_OIDC_ROLES } = environment;
  const oidc = [OJU_OIDC_ISSUER, OJU_OIDC_CLIENT_ID, OJU_OIDC_ROLES].filter(Boolean).length;
  if (oidc !== 0 && oidc !== 3) {
    complaints.push(
      'OJU_OIDC_ISSUER, OJU_OIDC_CLIENT_ID and OJU_OIDC_ROLES take each other: set all or none',
    );
  }
  if (environment.DATABASE_URL.startsWith('mysql:') && !environment.OJU_SECRET) {
    complaints.push(
      'OJU_SECRET is required with MySQL: takes 32 random bytes in base64 (openssl rand -base64 32)',
    );
  }
  return complaints;
}

/** Where the SQLite file of a `sqlite:` DATABASE_URL is, as an absolute path. */
export function sqliteFile(databaseUrl: string): string {
  const path = databaseUrl.slice('sqlite:'.length);
  return isAbsolute(path) ? path : resolve(process.cwd(), path);
}

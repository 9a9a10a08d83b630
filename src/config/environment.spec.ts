import { resolve } from 'node:path';
import { createAppConfig } from './app-config.js';
import { EnvironmentError, sqliteFile, validateEnvironment } from './environment.js';

const SECRET = Buffer.alloc(32, 1).toString('base64');
const OTHER_SECRET = Buffer.alloc(32, 2).toString('base64');
const MYSQL = 'mysql://oju:pass%2Fword@db.example.org:3306/oju';

/** The one line that a program with this environment ends with. */
function complaint(raw: Record<string, string>): string {
  try {
    validateEnvironment(raw);
  } catch (error) {
    expect(error).toBeInstanceOf(EnvironmentError);
    return (error as Error).message;
  }
  throw new Error('The environment was taken');
}

describe('The environment', () => {
  it('has a default for everything, and no secret among them', () => {
    expect(validateEnvironment({})).toEqual({
      PORT: 3000,
      HOST: '127.0.0.1',
      DATABASE_URL: 'sqlite:./data/oju.sqlite',
      OJU_SECRET: undefined,
      OJU_ADMIN_EMAIL: undefined,
      OJU_ADMIN_PASSWORD: undefined,
      OJU_BASE_URL: undefined,
      VIRUSTOTAL_BASE_URL: 'https://www.virustotal.com/api/v3',
      TRUST_PROXY: 0,
      OJU_OIDC_NAME: 'single sign-on',
      OJU_OIDC_ROLE_CLAIM: 'groups',
      OJU_OIDC_SCOPES: 'openid email profile',
      LOG_LEVEL: 'info',
      LOG_FORMAT: process.stdout.isTTY ? 'pretty' : 'json',
    });
  });

  it.each<[string, string, unknown]>([
    ['PORT', '0', 0],
    ['PORT', '65535', 65535],
    ['HOST', '0.0.0.0', '0.0.0.0'],
    ['HOST', '::1', '::1'],
    ['HOST', 'oju.internal', 'oju.internal'],
    ['DATABASE_URL', 'sqlite:/var/lib/oju/oju.sqlite', 'sqlite:/var/lib/oju/oju.sqlite'],
    ['OJU_SECRET', SECRET, SECRET],
    ['OJU_SECRET', `${SECRET}, ${OTHER_SECRET}`, `${SECRET}, ${OTHER_SECRET}`],
    ['OJU_BASE_URL', 'https://oju.example.org', 'https://oju.example.org'],
    ['OJU_BASE_URL', 'http://localhost:3000/', 'http://localhost:3000/'],
    ['VIRUSTOTAL_BASE_URL', 'http://127.0.0.1:4010/api/v3', 'http://127.0.0.1:4010/api/v3'],
    ['TRUST_PROXY', '2', 2],
    ['LOG_LEVEL', 'debug', 'debug'],
    ['LOG_FORMAT', 'pretty', 'pretty'],
    ['PORT', '', 3000],
    ['DATABASE_URL', '', 'sqlite:./data/oju.sqlite'],
    ['OJU_SECRET', '', undefined],
  ])('takes %s=%s', (name, value, expected) => {
    expect(validateEnvironment({ [name]: value })).toHaveProperty(name, expected);
  });

  it.each([
    ['PORT', 'x80y', 'a whole number from 0 to 65535'],
    ['PORT', '65536', 'a whole number from 0 to 65535'],
    ['PORT', '-17', 'a whole number from 0 to 65535'],
    ['PORT', '30.5', 'a whole number from 0 to 65535'],
    ['PORT', '0x1F9', 'a whole number from 0 to 65535'],
    ['HOST', 'two words', 'a host name or an IP address to listen on'],
    ['HOST', 'http://oju/', 'a host name or an IP address to listen on'],
    ['DATABASE_URL', 'postgres://u:hunter2@h/oju', 'sqlite:PATH or mysql://'],
    ['DATABASE_URL', 'sqlite:', 'sqlite:PATH or mysql://'],
    ['DATABASE_URL', 'mysql://u:hunter2@h:3306', 'sqlite:PATH or mysql://'],
    ['DATABASE_URL', 'mysql://u:hunter2@h:3306/', 'sqlite:PATH or mysql://'],
    ['DATABASE_URL', 'mysql://u:hunter2@h:99999/oju', 'sqlite:PATH or mysql://'],
    ['DATABASE_URL', 'mysql://u:hunter#2@h/oju', 'sqlite:PATH or mysql://'],
    ['OJU_SECRET', 'c2hvcnQ=', '32 random bytes in base64, several separated by commas'],
    ['OJU_SECRET', `${SECRET},c2hvcnQ=`, '32 random bytes in base64'],
    ['OJU_SECRET', SECRET.slice(0, -1), '32 random bytes in base64'],
    ['OJU_ADMIN_EMAIL', 'nobody-at-all', 'a mail address'],
    ['OJU_ADMIN_PASSWORD', 'tooShort', 'a password of 12 to 200 characters'],
    ['OJU_ADMIN_PASSWORD', 'x'.repeat(201), 'a password of 12 to 200 characters'],
    ['OJU_BASE_URL', 'oju.internal.example', 'an http or https address'],
    ['OJU_BASE_URL', 'ftp://oju.example.org', 'an http or https address'],
    ['OJU_BASE_URL', 'https://example.org/oju', 'an http or https address'],
    ['OJU_BASE_URL', 'https://example.org/?oju', 'an http or https address'],
    ['OJU_BASE_URL', 'https://oju:hunter2@example.org', 'an http or https address'],
    ['OJU_OUTGOING_ALLOW', '10.0.0.1', 'nets separated by commas, such as'],
    ['OJU_OUTGOING_ALLOW', '10/8', 'nets separated by commas, such as'],
    ['OJU_OUTGOING_ALLOW', '010.0.0.0/8', 'nets separated by commas, such as'],
    ['OJU_OUTGOING_ALLOW', '10.0.0.0/33', 'nets separated by commas, such as'],
    ['OJU_OUTGOING_ALLOW', '10.1.0.0/16,intranet', 'nets separated by commas, such as'],
    ['OJU_OUTGOING_ALLOW', '127.0.0.0/8,', 'nets separated by commas, such as'],
    ['OJU_OIDC_ISSUER', 'id.example.org', 'the https address of an OpenID provider'],
    ['OJU_OIDC_ISSUER', 'http://id.example.org/', 'the https address of an OpenID provider'],
    ['OJU_OIDC_ISSUER', 'https://oju:hunter2@id.example.org/', 'the https address'],
    ['OJU_OIDC_ISSUER', 'https://id.example.org/?tenant=7', 'the https address'],
    ['OJU_OIDC_ROLES', 'oju-admins', 'values of the role claim with their role'],
    ['OJU_OIDC_ROLES', 'oju-admins=root', 'values of the role claim with their role'],
    ['OJU_OIDC_ROLES', 'oju-admins=admin,', 'values of the role claim with their role'],
    ['OJU_OIDC_ROLES', '=admin', 'values of the role claim with their role'],
    ['OJU_OIDC_SCOPES', 'profile email', 'scopes, openid the first'],
    ['OJU_OIDC_CLIENT_SECRET', 'hunter'.repeat(200), 'up to 1,000 characters'],
    ['OJU_OIDC_NAME', 'The name of a provider that goes on and on and on and on', 'up to 50'],
    ['SMTP_URL', 'mail.example.org:25', 'smtp://user:password@host:587'],
    ['SMTP_URL', 'http://mail.example.org', 'smtp://user:password@host:587'],
    ['SMTP_URL', 'smtp:///mail', 'smtp://user:password@host:587'],
    ['SMTP_URL', 'smtp://oju:hunter%2@mail.example.org', 'smtp://user:password@host:587'],
    ['OJU_HEARTBEAT_URL', 'watchdog.example.org/hunter2', 'an http or https address without'],
    ['OJU_HEARTBEAT_URL', 'ftp://hunter2.example.org/', 'an http or https address without'],
    ['OJU_HEARTBEAT_URL', 'https://oju:hunter2@example.org/', 'an http or https address without'],
    ['MAIL_FROM', 'oju-at-example', 'a mail address, such as Oju'],
    ['MAIL_FROM', 'oju@example.org, eve@example.net', 'a mail address'],
    ['VIRUSTOTAL_BASE_URL', 'virustotal', 'an http or https address'],
    ['TRUST_PROXY', 'true', 'the number of proxies in front of Oju, 0 to 10'],
    ['TRUST_PROXY', '11', 'the number of proxies in front of Oju, 0 to 10'],
    ['LOG_LEVEL', 'chatty', 'one of error, warn, info, debug'],
    ['LOG_FORMAT', 'xml', 'one of pretty, json'],
  ])('refuses %s=%s in one line that says what it takes, not what it was', (name, value, takes) => {
    const line = complaint({ [name]: value });

    expect(line).toContain(`${name} takes ${takes}`);
    expect(line).not.toContain('\n');
    // "80" and the like would be found in what a variable takes.
    if (value.length > 3 && value !== 'sqlite:') expect(line).not.toContain(value);
    expect(line).not.toContain('hunter');
  });

  it('names every bad variable at once', () => {
    const line = complaint({ PORT: 'x', LOG_LEVEL: 'y', HOST: 'a b' });
    expect(line.split('; ')).toHaveLength(3);
    expect(line).toMatch(/^Cannot start: .*HOST takes/);
  });

  it('requires a secret with MySQL, since there is no file beside the database', () => {
    expect(complaint({ DATABASE_URL: MYSQL })).toContain('OJU_SECRET is required with MySQL');
    expect(validateEnvironment({ DATABASE_URL: MYSQL, OJU_SECRET: SECRET }).DATABASE_URL).toBe(
      MYSQL,
    );
  });

  it.each<Record<string, string>>([
    { SMTP_URL: 'smtp://oju:hunter2@mail.example.org' },
    { MAIL_FROM: 'oju@example.org' },
  ])('refuses half of what mail takes: %p', (raw) => {
    expect(complaint(raw)).toBe(
      'Cannot start: SMTP_URL and MAIL_FROM take each other: set both or neither',
    );
  });

  it.each<Record<string, string>>([
    { OJU_OIDC_ISSUER: 'https://id.example.org', OJU_OIDC_CLIENT_ID: 'oju' },
    { OJU_OIDC_CLIENT_ID: 'oju', OJU_OIDC_ROLES: 'staff=viewer' },
    { OJU_OIDC_ISSUER: 'https://id.example.org', OJU_OIDC_ROLES: 'staff=viewer' },
  ])('refuses a part of what OpenID Connect takes: %p', (raw) => {
    expect(complaint(raw)).toContain('take each other: set all or none');
  });

  it.each<Record<string, string>>([
    { OJU_ADMIN_EMAIL: 'admin@example.org' },
    { OJU_ADMIN_PASSWORD: 'correct horse battery' },
    { OJU_ADMIN_EMAIL: 'admin@example.org', OJU_ADMIN_PASSWORD: '' },
  ])('refuses half of the first admin: %p', (raw) => {
    expect(complaint(raw)).toContain('OJU_ADMIN_EMAIL and OJU_ADMIN_PASSWORD take each other');
  });
});

describe('The configuration', () => {
  it('is typed and cannot be changed', () => {
    const config = createAppConfig({
      OJU_ADMIN_EMAIL: 'admin@example.org',
      OJU_ADMIN_PASSWORD: 'correct horse battery',
      OJU_BASE_URL: 'https://oju.example.org//',
      VIRUSTOTAL_BASE_URL: 'http://127.0.0.1:4010/api/v3/',
      OJU_SECRET: `${SECRET} , ${OTHER_SECRET}`,
      SMTP_URL: 'smtps://oju:pass%2Fword@mail.example.org:465',
      MAIL_FROM: 'Oju <oju@example.org>',
      OJU_OUTGOING_ALLOW: '10.1.0.0/16 ,fd00::/8',
      OJU_OIDC_ISSUER: 'http://127.0.0.1:4020/realms/x',
      OJU_OIDC_CLIENT_ID: 'oju',
      OJU_OIDC_ROLES: 'Oju Admins = admin, cn=soc=analyst,staff=viewer',
    });

    expect(config).toMatchObject({
      firstAdmin: { email: 'admin@example.org', password: 'correct horse battery' },
      baseUrl: 'https://oju.example.org',
      baseUrlIsSet: true,
      virusTotalBaseUrl: 'http://127.0.0.1:4010/api/v3',
      secrets: [SECRET, OTHER_SECRET],
      outgoingAllow: ['10.1.0.0/16', 'fd00::/8'],
      oidc: {
        issuer: 'http://127.0.0.1:4020/realms/x',
        clientId: 'oju',
        clientSecret: null,
        roles: [
          ['Oju Admins', 'admin'],
          ['cn=soc', 'analyst'],
          ['staff', 'viewer'],
        ],
      },
      mail: {
        url: 'smtps://oju:pass%2Fword@mail.example.org:465',
        from: 'Oju <oju@example.org>',
      },
      database: { kind: 'sqlite', file: resolve('data/oju.sqlite') },
    });
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
  });

  it.each([
    [{}, 'http://127.0.0.1:3000'],
    [{ HOST: '::1', PORT: '8080' }, 'http://[::1]:8080'],
  ])('makes the base address of %p', (raw, baseUrl) => {
    expect(createAppConfig(raw)).toMatchObject({ baseUrl, baseUrlIsSet: false, firstAdmin: null });
  });

  it('keeps the address of a MySQL database as it was given', () => {
    expect(createAppConfig({ DATABASE_URL: MYSQL, OJU_SECRET: SECRET }).database).toEqual({
      kind: 'mysql',
      url: MYSQL,
    });
  });

  it.each([
    ['sqlite:/var/lib/oju.sqlite', '/var/lib/oju.sqlite'],
    ['sqlite:./data/oju.sqlite', resolve('data/oju.sqlite')],
    ['sqlite:oju.sqlite', resolve('oju.sqlite')],
  ])('finds the file of %s', (url, file) => {
    expect(sqliteFile(url)).toBe(file);
  });
});

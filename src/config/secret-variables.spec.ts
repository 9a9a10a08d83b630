import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAppConfig } from './app-config.js';
import { ConfigModule } from './config.module.js';
import { EnvironmentError } from './environment.js';
import { readSecretFiles, SECRET_VARIABLES } from './secret-variables.js';

const SECRET = Buffer.alloc(32, 1).toString('base64');

describe('a variable of the form NAME_FILE', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'oju-test-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function file(content: string | Buffer, name = 'secret'): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  /** The line that a program with this environment ends with. */
  function complaint(raw: Record<string, string>): string {
    try {
      createAppConfig(raw);
    } catch (error) {
      expect(error).toBeInstanceOf(EnvironmentError);
      return (error as Error).message;
    }
    throw new Error('The environment was taken');
  }

  it.each(SECRET_VARIABLES)('gives %s what stands in the file', (name) => {
    const { values, complaints } = readSecretFiles({ [`${name}_FILE`]: file('hunter2\n') });

    expect(values[name]).toBe('hunter2');
    expect(complaints).toEqual([]);
  });

  it.each(['OJU_ADMIN_EMAIL', 'OJU_OIDC_CLIENT_ID'])(
    'gives %s too, which stands beside one',
    (name) => {
      const { values } = readSecretFiles({ [`${name}_FILE`]: file('ada@example.org\n') });

      expect(values[name]).toBe('ada@example.org');
    },
  );

  it.each([
    ['hunter2', 'hunter2'],
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    ['hunter2\n\n', 'hunter2\n'],
    [' hunter2 ', ' hunter2 '],
    ['\ufeffhünter2', 'hünter2'],
  ])('drops one line end behind it, and nothing else: %j', (content, value) => {
    const { values } = readSecretFiles({ OJU_ADMIN_PASSWORD_FILE: file(content) });

    expect(values.OJU_ADMIN_PASSWORD).toBe(value);
  });

  it('is taken like the variable itself', () => {
    const config = createAppConfig({
      DATABASE_URL_FILE: file('mysql://oju:pass%2Fword@db.example.org/oju\n', 'database'),
      OJU_SECRET_FILE: file(`${SECRET}\n`, 'key'),
      OJU_ADMIN_EMAIL: 'ada@example.org',
      OJU_ADMIN_PASSWORD_FILE: file('correct horse battery\n', 'password'),
      REDIS_URL_FILE: '',
    });

    expect(config).toMatchObject({
      database: { kind: 'mysql', url: 'mysql://oju:pass%2Fword@db.example.org/oju' },
      secrets: [SECRET],
      firstAdmin: { email: 'ada@example.org', password: 'correct horse battery' },
      redisUrl: null,
    });
  });

  it('is refused beside the variable itself', () => {
    const line = complaint({ OJU_SECRET: SECRET, OJU_SECRET_FILE: file(SECRET) });

    expect(line).toBe(
      'Cannot start: OJU_SECRET and OJU_SECRET_FILE exclude each other: set one of them',
    );
  });

  it.each<[string, () => string]>([
    ['is not there', () => join(folder, 'hunter2')],
    [
      'is a folder',
      () => {
        mkdirSync(join(folder, 'hunter2'));
        return join(folder, 'hunter2');
      },
    ],
    ['never ends', () => '/dev/zero'],
    ['is empty', () => file('', 'hunter2')],
    ['is an empty line', () => file('\n', 'hunter2')],
    ['is too large', () => file('hunter2'.repeat(10_000), 'hunter2')],
    ['is no text', () => file(Buffer.from([0xff, 0xfe, 0x00]), 'hunter2')],
    ['is no path at all', () => 'hunter2\u0000'],
    ['is below a file', () => join(file('x', 'hunter2'), 'y')],
  ])('whose file %s is refused in one line that names the variable alone', (_what, path) => {
    expect(complaint({ SMTP_URL_FILE: path(), MAIL_FROM: 'oju@example.org' })).toMatch(
      /^Cannot start: SMTP_URL_FILE takes the path of a file that can be read[^\n;]*$/,
    );
  });

  it('whose file holds what the variable does not take is refused without its content', () => {
    const line = complaint({ DATABASE_URL_FILE: file('postgres://u:hunter2@h/oju\nand more') });

    expect(line).toMatch(/^Cannot start: DATABASE_URL takes sqlite:PATH/);
    expect(line).not.toContain('hunter');
    expect(line).not.toContain('\n');
  });

  it('gives the proxy to the library that looks for it in the environment', () => {
    const before = { ...process.env };
    const cwd = process.cwd();
    process.chdir(folder);
    try {
      delete process.env.HTTPS_PROXY;
      process.env.HTTPS_PROXY_FILE = file('http://oju:hunter2@proxy.example.org:3128\n');
      ConfigModule.register();

      expect(process.env.HTTPS_PROXY).toBe('http://oju:hunter2@proxy.example.org:3128');
    } finally {
      process.chdir(cwd);
      process.env = before;
    }
  });
});

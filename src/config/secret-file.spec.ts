import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAppConfig } from './app-config.js';
import { EnvironmentError } from './environment.js';
import { resolveSecrets } from './secret-file.js';

const SECRET = Buffer.alloc(32, 1).toString('base64');

describe('The secret file', () => {
  let folder: string;
  let file: string;
  const resolveIn = (sub: string) =>
    resolveSecrets(createAppConfig({ DATABASE_URL: `sqlite:${join(folder, sub, 'oju.sqlite')}` }));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'oju-test-'));
    file = join(folder, 'secret');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is made once beside the database, for its owner alone', () => {
    const [secret = ''] = resolveIn('.');

    expect(Buffer.from(secret, 'base64')).toHaveLength(32);
    expect(readFileSync(file, 'utf8')).toBe(`${secret}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['secret']);
    expect(resolveIn('.')).toEqual([secret]);
  });

  it('is made with its folder, which is its owner’s alone too', () => {
    resolveIn('data');
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
  });

  it('is not overwritten', () => {
    writeFileSync(file, `${SECRET}\n`);
    expect(resolveIn('.')).toEqual([SECRET]);
    expect(readFileSync(file, 'utf8')).toBe(`${SECRET}\n`);
  });

  it.each(['', 'c2hvcnQ=\n', `${SECRET}${SECRET}\n`, `!${SECRET}`, 'not base64 at all'])(
    'with %p in it stops the start, in one line with its name and not its content',
    (content) => {
      writeFileSync(file, content);
      let line = '';
      try {
        resolveIn('.');
      } catch (error) {
        expect(error).toBeInstanceOf(EnvironmentError);
        line = (error as Error).message;
      }
      expect(line).toBe(`Cannot start: ${file} does not hold 32 bytes in base64`);
      expect(readFileSync(file, 'utf8')).toBe(content);
    },
  );

  it('is not looked for when OJU_SECRET is set', () => {
    const config = createAppConfig({
      DATABASE_URL: `sqlite:${join(folder, 'oju.sqlite')}`,
      OJU_SECRET: SECRET,
    });
    expect(resolveSecrets(config)).toEqual([SECRET]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

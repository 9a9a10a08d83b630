import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { APP_ROOT } from '../../src/config/app-root.js';
import { HelperProcess } from '../support/helper-process.js';
import { temporarySqlite } from '../support/open-database.js';

jest.setTimeout(60_000);

const RESOLVE = `
  const { createAppConfig } = require('${join(APP_ROOT, 'dist/src/config/app-config.js')}');
  const { resolveSecrets } = require('${join(APP_ROOT, 'dist/src/config/secret-file.js')}');
  console.log('ready');
  process.stdin.once('data', () => {
    console.log(resolveSecrets(createAppConfig(process.env))[0]);
    process.exit();
  });
`;

describe('The secret file', () => {
  const database = temporarySqlite();
  afterEach(() => HelperProcess.killAll());
  afterAll(() => database.drop());

  it('is one and the same for processes that start at the same moment', async () => {
    const starts = Array.from(
      { length: 4 },
      () => new HelperProcess(['-e', RESOLVE], database.env),
    );
    for (const start of starts) await start.saw('ready');
    for (const start of starts) start.tell('go on');
    for (const start of starts) expect(await start.ended()).toEqual({ code: 0, complaints: '' });

    const secrets = starts.map((start) => start.lines[1]);
    expect(new Set(secrets).size).toBe(1);
    expect(readdirSync(database.folder)).toEqual(['secret']);
    expect(readFileSync(join(database.folder, 'secret'), 'utf8')).toBe(`${secrets[0] ?? ''}\n`);
  });
});

describe('A bad value in the environment', () => {
  afterEach(() => HelperProcess.killAll());

  it.each(['main.js', 'cli.js'])('ends %s with one line and no stack', async (program) => {
    const start = new HelperProcess([join(APP_ROOT, 'dist', 'src', program), 'migrate'], {
      PORT: 'x80y',
    });

    const { code, complaints } = await start.ended();

    expect(code).toBe(1);
    expect(complaints).toBe('Cannot start: PORT takes a whole number from 0 to 65535\n');
    expect(start.lines).toEqual([]);
  });
});

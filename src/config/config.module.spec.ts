import { Test } from '@nestjs/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppConfig, readAppConfig } from './app-config.js';
import { Clock, ScaledClock, SystemClock } from './clock.js';
import { ConfigModule, type ConfigOptions } from './config.module.js';
import { EnvironmentError } from './environment.js';

async function start(options?: ConfigOptions) {
  return Test.createTestingModule({ imports: [ConfigModule.register(options)] }).compile();
}

describe('ConfigModule', () => {
  const { cwd, env } = { cwd: process.cwd(), env: { ...process.env } };
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'oju-test-'));
    process.chdir(folder);
    delete process.env.PORT;
    delete process.env.HOST;
    delete process.env.DATABASE_URL;
    writeFileSync('.env', 'PORT=4567\nHOST=0.0.0.0\n');
  });
  afterEach(() => {
    process.chdir(cwd);
    process.env = { ...env };
    rmSync(folder, { recursive: true, force: true });
  });

  it('reads the file .env, and believes the environment before it', async () => {
    process.env.HOST = '127.0.0.2';
    const config = (await start()).get(AppConfig);
    expect(config).toMatchObject({ port: 4567, host: '127.0.0.2' });
  });

  it('reads what it is given instead of both', async () => {
    process.env.HOST = '127.0.0.2';
    const config = (await start({ env: { PORT: '1234' } })).get(AppConfig);
    expect(config).toMatchObject({ port: 1234, host: '127.0.0.1' });
  });

  it('stops the start on a bad value before Nest does anything', async () => {
    expect(() => ConfigModule.register({ env: { PORT: 'x' } })).toThrow(EnvironmentError);
    // By now Node would have ended over a rejection that nobody handles.
    await setImmediate();
  });

  it("gives the machine's clock, unless code puts in another", async () => {
    expect((await start()).get(Clock)).toBeInstanceOf(SystemClock);
    const clock = new ScaledClock(2);
    expect((await start({ clock })).get(Clock)).toBe(clock);
  });

  it('is read the same by tools that run without Nest', () => {
    process.env.HOST = '127.0.0.2';
    const read = readAppConfig();
    expect(read).toMatchObject({ port: 4567, host: '127.0.0.2' });
  });
});

import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppConfig, readAppConfig } from './app-config.js';
import { Clock, ScaledClock, SystemClock } from './clock.js';
import { ConfigModule, type ConfigOptions } from './config.module.js';
import { EnvironmentError } from './environment.js';
import { Redactor } from './redactor.js';

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

  it('hands a proxy of the file .env on, and what is reached without it', async () => {
    delete process.env.HTTPS_PROXY;
    delete process.env.NO_PROXY;
    writeFileSync('.env', 'HTTPS_PROXY=http://proxy.example.org:3128\nNO_PROXY=.example.net\n');
    await start();
    expect(process.env).toMatchObject({
      HTTPS_PROXY: 'http://proxy.example.org:3128',
      NO_PROXY: '.example.net',
    });
  });

  it('warns once of secrets that are too short to be taken out of text', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const env = { REDIS_URL: 'redis://:admin@127.0.0.1:6379', HTTPS_PROXY: 'http://a:tiny@b:1' };
    const redactor = (await start({ env })).get(Redactor);
    const lines = warn.mock.calls.map(([line]) => String(line));
    warn.mockRestore();
    expect(redactor.redact('admin@example.org')).toBe('admin@example.org');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/REDIS_URL.*HTTPS_PROXY.*8 characters/);
    expect(lines[0]).not.toMatch(/admin|tiny/);
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

import { join, relative } from 'node:path';
import { APP_ROOT } from '../../src/config/app-root.js';
import { until } from '../support/chaos/patience.js';
import { temporarySqlite } from '../support/open-database.js';
import { spawnServer } from '../support/server-spawn.js';

/** Of which there would be two, with decorators and entities in the one and the code in the other. */
const TAKEN = /node_modules\/(@nestjs\/(mapped-types|typeorm)|class-validator|typeorm|validator)\//;

describe('a program that the build made one file of', () => {
  it('loads nothing of its own beside it, and none of the packages that it has taken in', async () => {
    const database = temporarySqlite();
    const script = join(APP_ROOT, 'test', 'support', 'loaded-files.cjs');
    const server = await spawnServer(
      { ...database.env, NODE_OPTIONS: `--require=${script}` },
      { factor: 1, epochMs: Date.now(), realStartMs: Date.now() },
    );
    try {
      server.signal('SIGUSR2');
      const loaded = await until(
        'the files',
        () => /^loaded (.*)$/m.exec(server.output())?.[1],
        (line) => line !== undefined,
      );
      const files = (JSON.parse(loaded!) as string[]).map((path) => relative(APP_ROOT, path));

      expect(files.filter((path) => !path.includes('node_modules/')).sort()).toEqual([
        'dist/test/support/server-process.js',
        'test/support/loaded-files.cjs',
      ]);
      expect(files.filter((path) => TAKEN.test(path))).toEqual([]);
      // The search is not blind.
      expect(files.some((path) => path.startsWith('node_modules/express/'))).toBe(true);
    } finally {
      await server.end('SIGKILL');
      await database.drop();
    }
  }, 60_000);
});

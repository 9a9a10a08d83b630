import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { APP_ROOT } from '../../src/config/app-root.js';

const linesOf = (name: string) => readFileSync(join(APP_ROOT, name), 'utf8').split('\n');

/** What an image is built from: the sources of each COPY that takes from the checkout. */
const COPIED = linesOf('Dockerfile')
  .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
  .flatMap((line) => line.split(/\s+/).slice(1, -1))
  .map((path) => path.replace(/^\.\//, ''));

describe('what the image is built from', () => {
  const letThrough = linesOf('.dockerignore')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));

  it.each(COPIED)('%s is there, and let through by .dockerignore', (path) => {
    expect(existsSync(join(APP_ROOT, path))).toBe(true);
    expect(letThrough.some((root) => path === root || path.startsWith(`${root}/`))).toBe(true);
  });

  it('has all that npm run build runs', () => {
    const { scripts } = JSON.parse(linesOf('package.json').join('\n')) as {
      scripts: { build: string };
    };
    const run = [...scripts.build.matchAll(/node (\S+)/g)].map(([, path]) => path);
    expect(run.length).toBeGreaterThan(0);
    expect(COPIED).toEqual(expect.arrayContaining(run));
  });
});

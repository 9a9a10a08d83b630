import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder that holds package.json, views and public: the checkout in tests, the folder above
 * `dist` when the built program runs.
 */
export const APP_ROOT = findRoot(__dirname);

function findRoot(folder: string): string {
  // Not package.json: the build has one in each of its folders.
  if (existsSync(join(folder, 'views'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`No folder of views above ${__dirname}`);
  return findRoot(parent);
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { APP_ROOT } from '../../../src/config/app-root.js';

const FOLDER = join(APP_ROOT, 'test', 'support', 'browser', 'in-page');
const sources = new Map<string, string>();

/**
 * Runs a script of `in-page` in the page: a function in plain JavaScript, since what a browser knows
 * is not what Node knows.
 * @param name of the file, without its ending
 * @param argument what it is called with; JSON
 * @returns what it returns, or its promise becomes
 */
export function inPage<T>(page: Page, name: string, argument?: unknown): Promise<T> {
  let source = sources.get(name);
  if (source === undefined) {
    source = functionIn(readFileSync(join(FOLDER, `${name}.js`), 'utf8'));
    sources.set(name, source);
  }
  return page.evaluate<T>(`(${source})(${JSON.stringify(argument ?? null)})`);
}

/** Past the comment at the top, and without the semicolon that the formatter puts behind it. */
function functionIn(file: string): string {
  return file.trimEnd().replace(/;$/, '');
}

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Puts axe-core into every page that is opened from now on, whatever its security policy. */
export async function bringAxe(page: Page): Promise<void> {
  await page.addInitScript(axe);
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { APP_ROOT } from '../../../src/config/app-root.js';
import { nameOf } from './variant.js';
import type { Visitor } from './visitor.js';

/** Where the pictures of a run stay; Git ignores it. */
export const PICTURES = join(APP_ROOT, 'test-results', 'pictures');

/** Chromium draws nothing that is larger, px. */
const HIGHEST = 16_000;

/**
 * Keeps a picture of the whole page, as `name-variant.png`, in the place of one of a run before.
 * @param name with a folder before it
 */
export async function keepPicture({ devtools, variant }: Visitor, name: string): Promise<void> {
  const { cssContentSize } = await devtools.send('Page.getLayoutMetrics');
  const height = Math.min(cssContentSize.height, HIGHEST);
  const { data } = await devtools.send('Page.captureScreenshot', {
    format: 'png',
    // Compressing better takes longer than everything else that is done to a page.
    optimizeForSpeed: true,
    captureBeyondViewport: true,
    clip: { x: 0, y: 0, width: variant.width, height, scale: 1 },
  });
  const path = join(PICTURES, `${name}-${nameOf(variant)}.png`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Buffer.from(data, 'base64'));
}

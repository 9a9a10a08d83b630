import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where a static file is served: its address bears the hash of its content, so that browsers may
 * keep it for ever.
 * @param name below `public`, such as `js/forms.js`
 * @throws Error if the build made no such file
 */
export type AssetHref = (name: string) => string;

/** The folder of static files that the build makes. */
export function assetFolder(root: string): string {
  return join(root, 'dist', 'public');
}

/**
 * Reads what `npm run build` called each static file.
 * @throws Error that names the command, if it was not run
 */
export function assetHrefs(root: string): AssetHref {
  const manifest = readManifest(join(assetFolder(root), 'manifest.json'));
  return (name) => {
    const hashed = manifest[name];
    if (hashed === undefined) throw new Error(`No static file ${name}: npm run build makes them`);
    return `/static/${hashed}`;
  };
}

function readManifest(path: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
  } catch (error) {
    throw new Error(`${path} is not there: npm run build makes it`, { cause: error });
  }
}

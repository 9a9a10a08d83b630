/**
 * Ends `npm run build`: puts a package.json into each folder of the built program. For each file
 * Node 20 looks for the nearest one, folder by folder upwards, and asks the disk for it each time:
 * a tenth of the start.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const built = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'src');
const folders = readdirSync(built, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => join(entry.parentPath, entry.name));
for (const folder of [built, ...folders]) {
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
}

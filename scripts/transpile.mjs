/**
 * Begins `npm run build`: makes JavaScript of every source that tsconfig.build.json names, into dist.
 * It takes a tenth of what the compiler takes, since it checks no types; `npm run typecheck` does,
 * and is a step of `npm test`.
 */
import swc from '@swc/core';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const options = createRequire(import.meta.url)('../swc.config.cjs');

const { config } = ts.readConfigFile(join(root, 'tsconfig.build.json'), ts.sys.readFile);
const { fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, root);
await Promise.all(fileNames.filter((path) => !path.endsWith('.d.ts')).map(transpile));

async function transpile(path) {
  const made = join(root, 'dist', relative(root, path)).replace(/\.ts$/, '.js');
  const { code, map } = await swc.transformFile(path, {
    ...options,
    // Each file's own copy of them would take 4 MB of a process.
    jsc: { ...options.jsc, externalHelpers: true },
    // Node loads an ES module that is asked for when it is first used; a `require` would come first.
    module: { ...options.module, ignoreDynamic: true },
    cwd: root,
    swcrc: false,
    sourceMaps: true,
    sourceFileName: relative(dirname(made), path),
  });
  mkdirSync(dirname(made), { recursive: true });
  writeFileSync(made, `${code}//# sourceMappingURL=${made.slice(made.lastIndexOf('/') + 1)}.map\n`);
  writeFileSync(`${made}.map`, map);
}

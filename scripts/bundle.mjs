/**
 * Makes one file of all that a program takes from dist, in the place of its
 * entry, since a quarter of the start went into finding and reading seven hundred small files. What
 * nothing is started from (the bench, the settings of TypeORM's command line) goes on with the
 * other files of dist, so no process may load both.
 *
 * Each module keeps its scope, and runs when it is first asked for, as Node would do. With
 * NODE_OPTIONS=--enable-source-maps a stack trace names the lines of src.
 */
import { build } from 'esbuild';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');

/** An image is built without those of the tests. */
const PROGRAMS = [
  'src/main.js',
  'src/cli.js',
  'test/support/server-process.js',
  'test/support/database-process.js',
]
  .map((program) => join(dist, program))
  .filter((path) => existsSync(path));

/**
 * Packages that are taken in, since they are of hundreds of files too: all that load each other, so
 * that there is one of each (test/e2e/bundle). Packages with a binary, and those that Oju loads when
 * it first needs them, stay where they are.
 */
const TAKEN = [
  '@nestjs/mapped-types',
  '@nestjs/typeorm',
  '@swc/helpers',
  'class-validator',
  'typeorm',
  'validator',
];

/** Of a taken package, 20 ms to load, and only ever used by a decorator that Oju has no use for. */
const WHEN_CALLED = { 'libphonenumber-js/max': ['parsePhoneNumber'] };

/** A package of ES modules makes itself a `require`; that of the bundle is meant. */
const OWN_REQUIRE = 'const require = createRequire(import.meta.url);';

const packages = {
  name: 'packages',
  setup(builder) {
    builder.onResolve({ filter: /^[^./]/ }, ({ path, namespace, kind }) => {
      if (kind === 'entry-point' || TAKEN.includes(packageOf(path))) return undefined;
      const isPutOff = Object.hasOwn(WHEN_CALLED, path) && namespace === 'file';
      return isPutOff ? { path, namespace: 'when-called' } : { path, external: true };
    });
    builder.onLoad({ filter: /^/, namespace: 'when-called' }, ({ path }) => ({
      contents: WHEN_CALLED[path]
        .map((name) => `exports.${name} = (...all) => require('${path}').${name}(...all);`)
        .join('\n'),
    }));
    builder.onLoad({ filter: /\/node_modules\/@nestjs\/.*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(OWN_REQUIRE, ''),
    }));
  },
};

for (const name of TAKEN) {
  // What it requires is looked for from dist.
  if (existsSync(join(root, 'node_modules', name, 'node_modules'))) {
    throw new Error(`${name} has packages of its own, and cannot be taken in: scripts/bundle.mjs`);
  }
}
await build({
  entryPoints: PROGRAMS,
  outbase: dist,
  outdir: dist,
  allowOverwrite: true,
  bundle: true,
  plugins: [packages],
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Entities and migrations are known by the names of their classes.
  keepNames: true,
  // A process keeps the text of its program: a third of it is white space.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 120,
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  logOverride: { 'empty-import-meta': 'error', 'require-resolve-not-external': 'error' },
});

// Node 20 looks for the nearest package.json, folder by folder upwards.
for (const folder of new Set(PROGRAMS.map((path) => dirname(path)))) {
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
}

/** `@nestjs/typeorm` of `@nestjs/typeorm/dist/x`. */
function packageOf(path) {
  return path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * Makes `dist/public` of `public` and of what the build takes from @tabler/core and bootstrap-icons: one
 * stylesheet cut to what the views use, one sprite of the icons they name, the scripts and pictures. Each
 * file bears the hash of its content in its name, so that browsers may keep it for ever, and lies there
 * compressed as well. `dist/public/manifest.json` tells what is called how.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { transform } from 'lightningcss';
import { PurgeCSS } from 'purgecss';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'dist', 'public');
const resolve = createRequire(import.meta.url).resolve;

const TABLER = resolve('@tabler/core/dist/css/tabler.css');
const ICONS = dirname(resolve('bootstrap-icons/package.json'));
/** Compressing what is smaller saves no packet. */
const SMALLEST = 256;
/** The first that know light-dark(), by which the styles follow the theme. */
const BROWSERS = { chrome: 123 << 16, firefox: 120 << 16, safari: (17 << 16) | (5 << 8) };

const manifest = {};

rmSync(target, { recursive: true, force: true });
keep('css/oju.css', await stylesheet());
keep('img/icons.svg', sprite());
for (const folder of ['img', 'js']) {
  for (const name of filesIn(join('public', folder))) {
    keep(`${folder}/${name}`, readFileSync(join(root, 'public', folder, name)));
  }
}
writeFileSync(join(target, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);

/** Tabler's styles for what the views hold, then our own, which may override them. */
async function stylesheet() {
  const views = filesIn('views').filter((name) => name.endsWith('.hbs'));
  const [tabler] = await new PurgeCSS().purge({
    content: [
      ...views.map((name) => ({ raw: words(join('views', name)), extension: 'html' })),
      { raw: words('src/web/menu.rules.ts'), extension: 'html' },
    ],
    css: [{ raw: readFileSync(TABLER, 'utf8') }],
    defaultExtractor: (content) => content.match(/[\w:/-]+/g) ?? [],
    variables: true,
    keyframes: true,
  });
  const own = filesIn('public/css').map((name) => readFileSync(join(root, 'public/css', name)));
  const { code } = transform({
    filename: 'oju.css',
    code: Buffer.from([withoutImports(tabler.css), ...own].join('\n')),
    minify: true,
    targets: BROWSERS,
  });
  return code;
}

/** The words of a view, its comments left out: they name classes that nothing bears. */
function words(path) {
  return readFileSync(join(root, path), 'utf8').replace(/\{\{!--[\s\S]*?--\}\}/g, '');
}

/** Tabler takes fonts from another host where it may; here nothing comes from elsewhere. */
function withoutImports(css) {
  return css.replace(/@import[^;]+;/g, '').replace(/@charset[^;]+;/g, '');
}

/** The icons that views and the menu name, each a symbol of that id. */
function sprite() {
  const sources = [
    ...filesIn('views').map((name) => join('views', name)),
    'src/web/menu.rules.ts',
  ].map((path) => readFileSync(join(root, path), 'utf8'));
  const named = sources.flatMap((text) => [
    ...[...text.matchAll(/\{\{>\s*icon\s+name='([\w-]+)'/g)].map(([, name]) => name),
    ...[...text.matchAll(/icon[:=]\s*'([\w-]+)'/g)].map(([, name]) => name),
  ]);
  const symbols = [...new Set(named)].sort().map((name) => {
    const svg = readFileSync(join(ICONS, 'icons', `${name}.svg`), 'utf8');
    const inside = svg.slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>')).trim();
    return `<symbol id="${name}" viewBox="0 0 16 16">${inside}</symbol>`;
  });
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`);
}

function keep(name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  const extension = extname(name);
  const hashed = `${dirname(name)}/${basename(name, extension)}-${hash}${extension}`;
  const path = join(target, hashed);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  if (content.length >= SMALLEST) {
    const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
    writeFileSync(`${path}.br`, brotliCompressSync(content, { params: quality }));
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  }
  manifest[name] = hashed;
}

/** The files below a folder of the checkout, relative to it, in one order everywhere. */
function filesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, folder).length + 1))
    .sort();
}

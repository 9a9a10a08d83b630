import type { NestExpressApplication } from '@nestjs/platform-express';
import expressStaticGzip from 'express-static-gzip';
import type Handlebars from 'handlebars';
import hbs from 'hbs';
import { join } from 'node:path';
import { assetFolder, assetHrefs } from './assets.js';
import { registerViewHelpers } from './view-helpers.js';

type RenderCallback = (error: unknown, html?: string) => void;

/** By its root: compiling every view takes a second, which each application of a test would pay. */
const engines = new Map<string, Engine>();

interface Engine {
  hbs: ReturnType<typeof hbs.create>;
  isReady: Promise<void>;
}

/**
 * Gives the application its Handlebars views: the layout, every partial under views/partials, and
 * the helpers. Each view is read and compiled once, by whichever application of this process first
 * shows it, so a change needs a restart.
 * @param root the folder that holds `views`, and `dist/public` with the static files
 * @throws Error if these were not built
 */
export function useViews(app: NestExpressApplication, root: string): void {
  const engine = engines.get(root) ?? makeEngine(root);
  engines.set(root, engine);
  // hbs itself would keep early pages, and go on with them for nobody: their reader were forgotten.
  app.engine('hbs', (path: string, options: object, callback: RenderCallback) => {
    void engine.isReady.then(() => {
      engine.hbs.__express(path, options, callback);
    });
  });
  // Express has it by itself only where NODE_ENV says production.
  app.enable('view cache');
  app.setViewEngine('hbs');
  app.setBaseViewsDir(join(root, 'views'));
  app.set('view options', { layout: 'layouts/main' });
  // Made compressed by the build, and named by their content: kept by browsers for ever.
  app.use(
    '/static',
    expressStaticGzip(assetFolder(root), {
      enableBrotli: true,
      orderPreference: ['br'],
      index: false,
      serveStatic: { immutable: true, maxAge: '1y', redirect: false },
    }),
  );
}

function makeEngine(root: string): Engine {
  const engine = hbs.create();
  registerViewHelpers(engine.handlebars, assetHrefs(root));
  keepLines(engine.handlebars);
  const isReady = new Promise<void>((resolve) => {
    engine.registerPartials(join(root, 'views', 'partials'), resolve);
  });
  return { hbs: engine, isReady };
}

/**
 * Handlebars indents every line of a partial as its call is, those of a value too: what somebody
 * typed into a text area would come back with spaces before each line.
 */
function keepLines(handlebars: typeof Handlebars): void {
  const compile = handlebars.compile.bind(handlebars);
  handlebars.compile = (input, options) => compile(input, { ...options, preventIndent: true });
}

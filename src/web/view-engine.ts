import type { NestExpressApplication } from '@nestjs/platform-express';
import expressStaticGzip from 'express-static-gzip';
import hbs from 'hbs';
import { join } from 'node:path';
import { assetFolder, assetHrefs } from './assets.js';
import { registerViewHelpers } from './view-helpers.js';

type RenderCallback = (error: unknown, html?: string) => void;

/**
 * Gives the application its Handlebars views: an engine of its own (hbs keeps one for the whole
 * process otherwise), the layout, every partial under views/partials, and the helpers.
 * @param root the folder that holds `views`, and `dist/public` with the static files
 * @throws Error if these were not built
 */
export function useViews(app: NestExpressApplication, root: string): void {
  const engine = hbs.create();
  registerViewHelpers(engine.handlebars, assetHrefs(root));
  const isReady = new Promise<void>((resolve) => {
    engine.registerPartials(join(root, 'views', 'partials'), resolve);
  });
  // hbs itself would keep early pages, and go on with them for nobody: their reader were forgotten.
  app.engine('hbs', (path: string, options: object, callback: RenderCallback) => {
    void isReady.then(() => {
      engine.__express(path, options, callback);
    });
  });
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

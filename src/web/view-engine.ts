import type { NestExpressApplication } from '@nestjs/platform-express';
import hbs from 'hbs';
import { join } from 'node:path';
import { registerViewHelpers } from './view-helpers.js';

type RenderCallback = (error: unknown, html?: string) => void;

/**
 * Gives the application its Handlebars views: an engine of its own (hbs keeps one for the whole
 * process otherwise), the layout, every partial under views/partials, and the helpers.
 * @param root the folder that holds `views` and `public`
 */
export function useViews(app: NestExpressApplication, root: string): void {
  const engine = hbs.create();
  registerViewHelpers(engine.handlebars);
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
  app.useStaticAssets(join(root, 'public'), { prefix: '/static/', index: false });
}

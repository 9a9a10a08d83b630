import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';
import { randomUUID } from 'node:crypto';
import express, { type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { actorOfRequest } from './access/actor-context.js';
import { sessionMiddleware } from './access/session.middleware.js';
import { SignInPage } from './access/sign-in-page.js';
import { SignedOutFilter } from './access/signed-out.filter.js';
import { APP_ROOT } from './config/app-root.js';
import { AppConfig } from './config/app-config.js';
import { OjuLogger } from './config/oju-logger.js';
import { csrfProtection } from './web/csrf.js';
import { DtoPipe } from './web/dto.pipe.js';
import { ErrorFilter } from './web/error.filter.js';
import { JsonBodyGuard } from './web/json-body.guard.js';
import { useOpenApi } from './web/open-api.js';
import { originGuard } from './web/origin-guard.js';
import { pageContext } from './web/page-context.js';
import { readerOfRequest, varyByLanguage } from './web/reader.js';
import { isJsonRoute, readsItsBody } from './web/request.js';
import { boundRequests } from './web/request-bounds.js';
import { useViews } from './web/view-engine.js';

const JSON_LIMIT = '1mb';
const FORM_LIMIT = '100kb';

/**
 * All that the server and the end-to-end tests share: security headers, static files, views,
 * bodies, sessions, forged-request checks, errors and the API's documentation. Call it before
 * `app.init()` or `app.listen()`, on an application made with `bodyParser: false`.
 */
export function configureApp(app: NestExpressApplication): void {
  const config = app.get(AppConfig);
  const errorFilter = new ErrorFilter();

  app.useLogger(app.get(OjuLogger));
  app.enableShutdownHooks();
  app.disable('x-powered-by');
  boundRequests(app.getHttpServer());
  if (config.trustProxy > 0) app.set('trust proxy', config.trustProxy);

  app.use((request: Request, response: Response, next: NextFunction) => {
    request.requestId = randomUUID();
    response.setHeader('X-Request-Id', request.requestId);
    next();
  });
  app.use(securityHeaders(config));
  // They tell of people: a shared machine keeps none of it.
  app.use(['/audit', '/profile'], (_request: Request, response: Response, next: NextFunction) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  useViews(app, APP_ROOT);
  // After the static files, which are compressed already.
  app.use(compression({ filter: isWorthCompressing }));
  app.use(onPages(varyByLanguage));
  app.use(onJsonRoutes(express.json({ limit: JSON_LIMIT })));
  app.use(onPages(express.urlencoded({ extended: false, limit: FORM_LIMIT })));
  app.use(onPages(sessionMiddleware(app)));
  app.use(onPages(originGuard(config.baseUrlIsSet ? config.baseUrl : null)));
  app.use(onPages(csrfProtection));
  app.use(onPages(pageContext));
  // Nest's filters see no error of the middleware above.
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (error === undefined) next();
    else errorFilter.answer(error, request, response);
  });

  // Last: reading a body loses what is kept for the code that comes after.
  app.use(actorOfRequest);
  app.use(readerOfRequest);

  // The last is asked first.
  app.useGlobalFilters(errorFilter, new SignedOutFilter(app.get(SignInPage), errorFilter));
  app.useGlobalGuards(new JsonBodyGuard());
  app.useGlobalPipes(new DtoPipe());
  useOpenApi(app);
}

function securityHeaders(config: AppConfig): express.RequestHandler {
  const isHttps = config.baseUrl.startsWith('https:');
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        ...(isHttps ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: isHttps,
    referrerPolicy: { policy: 'same-origin' },
  });
}

function onJsonRoutes(handler: express.RequestHandler): express.RequestHandler {
  return (request, response, next) => {
    if (isJsonRoute(request) && !readsItsBody(request)) handler(request, response, next);
    else next();
  };
}

/** EventSource sends no header, so the stream of a scan's progress knows the session as well. */
const SESSION_API = /^\/api\/v1\/scans\/[^/]+\/events\/?$/i;

function onPages(handler: express.RequestHandler): express.RequestHandler {
  return (request, response, next) => {
    if (!isJsonRoute(request) || SESSION_API.test(request.path)) handler(request, response, next);
    else next();
  };
}

/** Not a stream of events: each has to leave at once. */
function isWorthCompressing(request: Request, response: Response): boolean {
  const type = response.getHeader('Content-Type');
  if (typeof type === 'string' && type.startsWith('text/event-stream')) return false;
  return compression.filter(request, response);
}

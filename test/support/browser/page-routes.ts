import type { NestExpressApplication } from '@nestjs/platform-express';
import { RIGHTS } from '../../../src/access/rights.js';
import { routesOf } from '../routes.js';

/** What a browser gets there is no page of ours, and why. */
const NO_PAGES: Readonly<Record<string, string>> = {
  'GET /login/oidc': 'sends on to the provider',
  'GET /login/oidc/callback': 'signs in, and sends on',
  'GET /health': 'JSON',
  'GET /health/live': 'JSON',
  'GET /health/ready': 'JSON',
  'GET /vendor/export': 'a file',
  'GET /vendor/engines/export': 'a file',
  'GET /scans/export': 'a file',
  'GET /scans/:id/export': 'a file',
  'GET /disputes/export': 'a file',
  'GET /config/notifications/:id/deliveries/export': 'a file',
  'GET /platforms/export': 'a file',
  'GET /alerts/export': 'a file',
  'GET /audit/export': 'a file',
  'GET /alerts/:id/evidence.json': 'a file',
};

/** Every route that answers with a page, read from the router and the rights table. */
export function pageRoutes(nest: NestExpressApplication): string[] {
  return routesOf(nest).filter((route) => {
    const kind = RIGHTS[route]?.kind;
    const isForPeople = kind === 'page' || kind === 'public';
    return route.startsWith('GET ') && isForPeople && !(route in NO_PAGES);
  });
}

/** Those of the list above that are gone. */
export function staleExceptions(nest: NestExpressApplication): string[] {
  const routes = routesOf(nest);
  return Object.keys(NO_PAGES).filter((route) => !routes.includes(route));
}

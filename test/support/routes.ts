import type { NestExpressApplication } from '@nestjs/platform-express';
import { RIGHTS } from '../../src/access/rights.js';

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  handle?: { stack?: Layer[] };
}

/** Every route that the running application answers, as `METHOD /path`, Nest's or not. */
export function routesOf(nest: NestExpressApplication): string[] {
  return routesIn(stackOf(nest));
}

/** Those of routers that are mounted below a path: this one is not known to Express itself. */
export function mountedRoutesOf(nest: NestExpressApplication): string[] {
  return stackOf(nest).flatMap(({ handle }) => routesIn(handle?.stack ?? []));
}

function stackOf(nest: NestExpressApplication): Layer[] {
  return (nest.getHttpAdapter().getInstance() as { router: { stack: Layer[] } }).router.stack;
}

function routesIn(stack: readonly Layer[]): string[] {
  return stack.flatMap(({ route }) =>
    route
      ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`)
      : [],
  );
}

/**
 * What a walk over all routes goes through, read from the router: one without rights stops it.
 * @param id what stands for every parameter in an address; by default of no thing that there is
 */
export function entriesOf(nest: NestExpressApplication, id = '2147483647') {
  return routesOf(nest).map((route) => {
    const [method = '', path = ''] = route.split(' ');
    const right = RIGHTS[route];
    if (!right) throw new Error(`${route} has no entry in the rights table`);
    return { route, right, method, address: path.replaceAll(/:\w+/g, id) };
  });
}

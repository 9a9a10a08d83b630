import type { Server } from 'node:http';

/** How long a client may take, ms. */
export interface RequestBounds {
  /** To send a request's headers. */
  headersMs: number;
  /** To send a request, body and all. */
  requestMs: number;
  /** How often is looked for those that took longer: they are told 408, or cut off. */
  lookEveryMs: number;
}

const BOUNDS: RequestBounds = { headersMs: 15_000, requestMs: 30_000, lookEveryMs: 5_000 };

/**
 * Bounds how long requests take to arrive, so that slow ones hold no connection for ever. How long
 * an answer takes is not bounded: a scan's events go on for as long as the scan. To be called
 * before the server listens, when Node reads how often to look.
 */
export function boundRequests(server: Server, bounds: RequestBounds = BOUNDS): void {
  server.headersTimeout = bounds.headersMs;
  server.requestTimeout = bounds.requestMs;
  // Node documents it as an option of createServer, which Nest calls; it is this property.
  Object.assign(server, { connectionsCheckingInterval: bounds.lookEveryMs });
}

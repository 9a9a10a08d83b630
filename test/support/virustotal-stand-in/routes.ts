import type { Cost } from './quota.js';

/** Where the API begins on the server. */
export const API_PATH = '/api/v3';

export type Endpoint =
  | 'POST /urls'
  | 'POST /urls/{id}/analyse'
  | 'GET /urls/{id}'
  | 'GET /analyses/{id}'
  | 'GET /analyses/{id}/item'
  | 'GET /users/{id}'
  | 'GET /users/{id}/overall_quotas'
  | 'GET /users/{id}/api_usage'
  | 'other';

/** The endpoint that a request means, and the `{id}` in its path. */
export interface Route {
  endpoint: Endpoint;
  id: string;
}

/** The names of endpoints in api_usage: VIRUSTOTAL.md section 2; `url_analyse` is an assumption. */
const USAGE_NAMES: Record<Endpoint, string> = {
  'POST /urls': 'url_submission',
  'POST /urls/{id}/analyse': 'url_analyse',
  'GET /urls/{id}': 'urls',
  'GET /analyses/{id}': 'analyses',
  'GET /analyses/{id}/item': 'analyses',
  'GET /users/{id}': 'users',
  'GET /users/{id}/overall_quotas': 'users',
  'GET /users/{id}/api_usage': 'users',
  other: 'other',
};

/** The route of a method and a path after `/api/v3`. */
export function routeOf(method: string, path: string): Route {
  const [, collection, encodedId, relation, ...rest] = path.split('/');
  const parts = [method, ' /', collection ?? ''];
  if (encodedId !== undefined) parts.push('/{id}');
  if (relation !== undefined) parts.push('/', relation);
  const name = parts.join('');
  const known = rest.length === 0 && Object.hasOwn(USAGE_NAMES, name) && encodedId !== '';
  return {
    endpoint: known ? (name as Endpoint) : 'other',
    id: decode(encodedId ?? ''),
  };
}

/**
 * Which quotas a request counts in: all, but `/users/*` and an ill-formed analysis id neither in
 * the day nor in the month (VIRUSTOTAL.md section 6), `/users/*` in the minute unless `usersFree`.
 */
export function costOf({ endpoint, id }: Route, usersFree: boolean): Cost {
  if (endpoint.startsWith('GET /users/')) return { minute: !usersFree, dayAndMonth: false };
  const illFormed = endpoint.startsWith('GET /analyses/') && !isAnalysisId(id);
  return { minute: true, dayAndMonth: !illFormed };
}

/** An endpoint's name in api_usage. */
export function usageNameOf(endpoint: Endpoint): string {
  return USAGE_NAMES[endpoint];
}

/** Whether the text has the form of the id of a URL's analysis. */
export function isAnalysisId(id: string): boolean {
  return /^u-[0-9a-f]{64}-\d{9,11}$/.test(id);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

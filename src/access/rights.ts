/** What a user may do: a viewer reads, an analyst also works, an admin does all. */
export type Role = 'viewer' | 'analyst' | 'admin';

/** What an API token may do: `write` is what an analyst may, and scans. */
export type Scope = 'read' | 'write' | 'admin';

/** Who may use a route. A page asks for a role, a JSON route for a scope. */
export type Right =
  | { kind: 'public'; isForm?: true }
  /** A form is one that somebody fills in, and that its route shows again as it was filled in. */
  | { kind: 'page'; role: Role; isForm?: true }
  | { kind: 'api'; scope: Scope }
  /** For a route that a browser's session may use as well as a token. */
  | { kind: 'either'; role: Role; scope: Scope };

const open: Right = { kind: 'public' };
const openForm: Right = { kind: 'public', isForm: true };
const page = (role: Role): Right => ({ kind: 'page', role });
const form = (role: Role): Right => ({ kind: 'page', role, isForm: true });
const api = (scope: Scope): Right => ({ kind: 'api', scope });

/**
 * Every route of the application with who may use it: `METHOD /path` as the router knows it. The
 * guard refuses a route that is not here, and a test fails on it.
 */
export const RIGHTS: Readonly<Record<string, Right>> = {
  'GET /': page('viewer'),
  'POST /first-steps/hide': page('admin'),
  'POST /first-steps/no-channels': page('admin'),

  'GET /login': open,
  'POST /login': openForm,
  'GET /login/oidc': open,
  'GET /login/oidc/callback': open,
  'POST /logout': open,
  'POST /theme': open,
  'GET /login/code': open,
  'POST /login/code': open,
  'GET /invite/:token': open,
  'POST /invite/:token': openForm,
  'GET /reset': open,
  'POST /reset': openForm,
  'GET /reset/:token': open,
  'POST /reset/:token': openForm,
  'GET /setup': open,
  'POST /setup': openForm,

  'GET /health/live': open,
  'GET /health/ready': open,
  'GET /health': open,
  'GET /status': page('viewer'),
  'GET /styleguide': page('viewer'),

  'GET /vendor': page('viewer'),
  'POST /vendor': form('analyst'),
  'GET /vendor/new': page('analyst'),
  'POST /vendor/new': form('analyst'),
  'GET /vendor/catalogue': page('viewer'),
  'POST /vendor/catalogue': form('analyst'),
  'GET /vendor/unknown': page('viewer'),
  'POST /vendor/unknown': form('analyst'),
  'GET /vendor/engines': page('viewer'),
  'GET /vendor/engines/export': page('viewer'),
  'POST /vendor/engines/rename': form('analyst'),
  'POST /vendor/engines/separate': page('analyst'),
  'POST /vendor/engines/gone': form('analyst'),
  'GET /vendor/import': page('analyst'),
  'POST /vendor/import': form('analyst'),
  'GET /vendor/import/:id': page('analyst'),
  'POST /vendor/import/:id': page('analyst'),
  'POST /vendor/import/:id/rows/:rowId': page('analyst'),
  'GET /vendor/export': page('viewer'),
  'GET /vendor/:id': page('viewer'),
  'POST /vendor/:id/name': page('analyst'),
  'POST /vendor/:id/contact': page('analyst'),
  'GET /vendor/:id/edit': page('analyst'),
  'POST /vendor/:id/edit': form('analyst'),
  'GET /vendor/:id/delete': page('analyst'),
  'POST /vendor/:id/delete': page('analyst'),

  'GET /platforms': page('viewer'),
  'GET /platforms/new': page('analyst'),
  'POST /platforms/new': form('analyst'),
  'POST /platforms': form('analyst'),
  'POST /platforms/bulk': form('analyst'),
  'GET /platforms/archive': page('analyst'),
  'GET /platforms/import': page('analyst'),
  'POST /platforms/import': form('analyst'),
  'GET /platforms/import/:id': page('analyst'),
  'POST /platforms/import/:id': page('analyst'),
  'POST /platforms/paste': form('analyst'),
  'GET /platforms/paste/:id': page('analyst'),
  'POST /platforms/paste/:id': page('analyst'),
  'GET /platforms/export': page('viewer'),
  'GET /platforms/:id': page('viewer'),
  'GET /platforms/:id/scans/:taskId': page('viewer'),
  'GET /platforms/:id/compare': page('viewer'),
  'GET /platforms/:id/edit': page('analyst'),
  'POST /platforms/:id/edit': form('analyst'),
  'GET /platforms/:id/delete': page('analyst'),
  'POST /platforms/:id/delete': page('analyst'),
  'POST /platforms/:id/scans': page('analyst'),

  'GET /scans': page('viewer'),
  'POST /scans': page('admin'),
  'GET /scans/export': page('viewer'),
  'GET /scans/:id': page('viewer'),
  'GET /scans/:id/export': page('viewer'),
  'POST /scans/:id/cancel': page('admin'),

  'GET /alerts': page('viewer'),
  'GET /alerts/export': page('viewer'),
  'POST /alerts/bulk': form('analyst'),
  'GET /alerts/:id': page('viewer'),
  'POST /alerts/:id/state': form('analyst'),
  'POST /alerts/:id/comments': form('analyst'),
  'GET /alerts/:id/detections/:detectionId/dispute': page('viewer'),
  'POST /alerts/:id/detections/:detectionId/dispute': form('analyst'),
  'GET /alerts/:id/detections/:detectionId/report': page('analyst'),
  'POST /alerts/:id/detections/:detectionId/report': form('analyst'),
  'GET /alerts/:id/evidence': page('viewer'),
  'GET /alerts/:id/evidence.json': page('viewer'),
  'GET /disputes': page('viewer'),
  'GET /disputes/export': page('viewer'),

  'GET /config/integrations': page('admin'),
  'POST /config/integrations': form('admin'),
  'GET /config/integrations/virustotal': page('admin'),
  'POST /config/integrations/virustotal': form('admin'),
  'POST /config/integrations/virustotal/verify': form('admin'),

  'GET /config/notifications': page('admin'),
  'GET /config/notifications/new': page('admin'),
  'POST /config/notifications/new': form('admin'),
  'GET /config/notifications/:id': page('admin'),
  'POST /config/notifications/:id': form('admin'),
  'POST /config/notifications/:id/test': page('admin'),
  'POST /config/notifications/:id/secret': page('admin'),
  'GET /config/notifications/:id/delete': page('admin'),
  'POST /config/notifications/:id/delete': page('admin'),
  'GET /config/notifications/:id/deliveries': page('admin'),
  'GET /config/notifications/:id/deliveries/export': page('admin'),
  'POST /config/notifications/:id/deliveries/:deliveryId': page('admin'),

  'GET /config/tokens': page('admin'),
  'POST /config/tokens': form('admin'),
  'GET /config/tokens/:id/revoke': page('admin'),
  'POST /config/tokens/:id/revoke': page('admin'),
  'GET /profile': page('viewer'),
  'POST /profile': form('viewer'),
  'POST /profile/password': form('viewer'),
  'POST /profile/sessions/:handle/end': page('viewer'),
  'POST /profile/sessions/end': page('viewer'),
  'GET /profile/second-factor': page('viewer'),
  'POST /profile/second-factor': page('viewer'),
  'POST /profile/second-factor/confirm': page('viewer'),
  'POST /profile/second-factor/codes': page('viewer'),
  'POST /profile/second-factor/remove': page('viewer'),

  'GET /config/users': page('admin'),
  'POST /config/users': form('admin'),
  'POST /config/users/second-factor': page('admin'),
  'POST /config/users/invites/:id/delete': page('admin'),
  'GET /config/users/:id': page('admin'),
  'POST /config/users/:id/role': form('admin'),
  'POST /config/users/:id/deactivate': page('admin'),
  'POST /config/users/:id/reactivate': page('admin'),
  'POST /config/users/:id/reset': page('admin'),
  'POST /config/users/:id/second-factor/remove': page('admin'),

  'GET /audit': page('admin'),
  'GET /audit/export': page('admin'),
  'GET /api/v1/audit': api('admin'),

  'GET /api/v1/integrations': api('read'),
  'GET /api/v1/integrations/virustotal': api('read'),
  'PUT /api/v1/integrations/virustotal': api('admin'),
  'POST /api/v1/integrations/virustotal/verify': api('admin'),

  'GET /api/v1/platforms': api('read'),
  'POST /api/v1/platforms': api('write'),
  'POST /api/v1/platforms/import': api('write'),
  'GET /api/v1/platforms/export': api('read'),
  'GET /api/v1/platforms/:id': api('read'),
  'PATCH /api/v1/platforms/:id': api('write'),
  'DELETE /api/v1/platforms/:id': api('write'),
  'GET /api/v1/platforms/:id/verdicts': api('read'),
  'GET /api/v1/platforms/:id/history': api('read'),

  'GET /api/v1/vendors': api('read'),
  'POST /api/v1/vendors': api('write'),
  'GET /api/v1/vendors/unknown': api('read'),
  'POST /api/v1/vendors/import': api('write'),
  'GET /api/v1/vendors/export': api('read'),
  'GET /api/v1/vendors/:id': api('read'),
  'PATCH /api/v1/vendors/:id': api('write'),
  'DELETE /api/v1/vendors/:id': api('write'),

  'GET /api/v1/scans': api('read'),
  'POST /api/v1/scans': api('write'),
  'GET /api/v1/scans/latest': api('read'),
  'GET /api/v1/scans/:id': api('read'),
  'GET /api/v1/scans/:id/tasks': api('read'),
  'POST /api/v1/scans/:id/cancel': api('write'),
  'GET /api/v1/scans/:id/events': { kind: 'either', role: 'viewer', scope: 'read' },

  'GET /api/v1/channels': api('admin'),
  'POST /api/v1/channels': api('admin'),
  'GET /api/v1/channels/:id': api('admin'),
  'PATCH /api/v1/channels/:id': api('admin'),
  'DELETE /api/v1/channels/:id': api('admin'),
  'POST /api/v1/channels/:id/test': api('admin'),
  'GET /api/v1/deliveries': api('admin'),
  'POST /api/v1/deliveries/:id/redeliver': api('admin'),

  'GET /api/v1/alerts': api('read'),
  'GET /api/v1/alerts/export': api('read'),
  'GET /api/v1/alerts/:id': api('read'),
  'PATCH /api/v1/alerts/:id': api('write'),
  'POST /api/v1/alerts/:id/comments': api('write'),
  'PUT /api/v1/alerts/:id/detections/:detectionId/dispute': api('write'),
  'GET /api/v1/alerts/:id/evidence': api('read'),
};

export const ROLES: readonly Role[] = ['viewer', 'analyst', 'admin'];
export const SCOPES: readonly Scope[] = ['read', 'write', 'admin'];

/** True when a user with role `held` may do what asks for `needed`. */
export function roleCovers(held: Role, needed: Role): boolean {
  return ROLES.indexOf(held) >= ROLES.indexOf(needed);
}

/** True when a token with scope `held` may do what asks for `needed`. */
export function scopeCovers(held: Scope, needed: Scope): boolean {
  return SCOPES.indexOf(held) >= SCOPES.indexOf(needed);
}

import type { Page } from 'playwright-core';
import { inPage } from './in-page.js';
import type { Filled } from './world/browsed-app.js';

/** One look at one page. */
export interface Visit {
  /** What it is called in findings and pictures. */
  name: string;
  /** As the rights table has it. */
  route: string;
  path: string;
  /** Of who looks; nobody is signed in without one. */
  cookie?: string;
  /** Default 200. */
  status?: number;
  /** What is done there first; it leads to another page. */
  act?: (page: Page) => Promise<void>;
  /** Of the page that it leads to; default 200. */
  actStatus?: number;
}

/** The pages that there are while there is no user. */
export function visitsBeforeSetup(setupPath: string): Visit[] {
  return [
    { name: 'setup-without-link', route: 'GET /setup', path: '/setup' },
    { name: 'setup', route: 'GET /setup', path: setupPath },
    {
      name: 'setup-refused',
      route: 'GET /setup',
      path: setupPath,
      act: sendEmpty('/setup'),
      actStatus: 422,
    },
  ];
}

const LISTS = {
  '/': 'dashboard',
  '/alerts': 'alerts',
  '/disputes': 'disputes',
  '/platforms': 'platforms',
  '/scans': 'scans',
  '/vendor': 'vendors',
  '/vendor/catalogue': 'catalogue',
  '/vendor/unknown': 'unknown-engines',
  '/vendor/engines': 'engines',
  '/config/integrations': 'integrations',
  '/config/notifications': 'channels',
  '/config/users': 'users',
  '/config/tokens': 'tokens',
  '/audit': 'audit',
  '/status': 'status',
  '/styleguide': 'styleguide',
} as const;

/** What an admin sees who has just begun. */
export function visitsWhileEmpty(cookie: string): Visit[] {
  const lists = Object.entries(LISTS).map(([path, name]) => {
    return { name: `${name}-empty`, route: `GET ${path}`, path, cookie };
  });
  const integration = '/config/integrations/virustotal';
  return [
    ...lists,
    { name: 'virustotal-empty', route: `GET ${integration}`, path: integration, cookie },
  ];
}

/** Every page of an application that has been used for some days. */
export function visitsWhenFilled(filled: Filled): Visit[] {
  return [
    ...anonymousVisits(filled),
    ...profileVisits(filled),
    ...listVisits(filled),
    ...platformVisits(filled),
    ...alertVisits(filled),
    ...vendorVisits(filled),
    ...configVisits(filled),
    ...refusedVisits(filled),
  ];
}

type Asked = [name: string, route: string, path: string];

function as(cookie: string | undefined, asked: readonly Asked[]): Visit[] {
  return asked.map(([name, route, path]) => ({ name, route: `GET ${route}`, path, cookie }));
}

function anonymousVisits({ people }: Filled): Visit[] {
  return [
    ...as(undefined, [
      ['login', '/login', '/login'],
      ['invite', '/invite/:token', people.invitePath],
      ['reset', '/reset', '/reset'],
      ['reset-link', '/reset/:token', people.resetPath],
    ]),
    ...as(people.halfWay, [['login-code', '/login/code', '/login/code']]),
    {
      name: 'login-refused',
      route: 'GET /login',
      path: '/login',
      act: sendEmpty('/login'),
      actStatus: 422,
    },
  ];
}

function profileVisits({ people }: Filled): Visit[] {
  const path = '/profile/second-factor';
  return [
    ...as(people.admin, [['profile', '/profile', '/profile']]),
    ...as(people.viewer, [['second-factor-none', path, path]]),
    ...as(people.beginner, [['second-factor-begun', path, path]]),
    ...as(people.guarded, [
      ['second-factor-on', path, path],
      ['profile-guarded', '/profile', '/profile'],
    ]),
  ];
}

function listVisits({ people, runningScanId, scans }: Filled): Visit[] {
  const lists = Object.entries(LISTS).map(([path, name]): Asked => [name, path, path]);
  return [
    ...as(people.admin, [
      ...lists,
      ['alerts-all', '/alerts', '/alerts?state=all&limit=3'],
      ['alerts-none-found', '/alerts', '/alerts?search=nothing-is-like-that'],
      ['disputes-all', '/disputes', '/disputes?show=all'],
      ['platforms-flagged', '/platforms', '/platforms?state=flagged&limit=2'],
      ['platforms-none-found', '/platforms', '/platforms?search=nothing-is-like-that'],
      ['vendors-found', '/vendor', '/vendor?search=a&limit=5'],
      ['vendors-none-found', '/vendor', '/vendor?search=nothing-is-like-that'],
      ['scan-running', '/scans/:id', `/scans/${runningScanId}`],
      ['scan-done', '/scans/:id', `/scans/${scans.scanIds[4] ?? ''}`],
      ['scan-changes', '/scans/:id', `/scans/${scans.scanIds[7] ?? ''}?show=changed`],
      ['audit-none-found', '/audit', '/audit?action=secret.rotated'],
    ]),
    ...as(people.viewer, [
      ['dashboard-viewer', '/', '/'],
      ['alerts-viewer', '/alerts', '/alerts'],
      ['platforms-viewer', '/platforms', '/platforms'],
      ['vendors-viewer', '/vendor', '/vendor'],
    ]),
  ];
}

function platformVisits({ people, scans, taskIds, files }: Filled): Visit[] {
  const { manyFlags, long, failing, rightToLeft } = scans.platforms;
  const many = `/platforms/${manyFlags.id}`;
  const compared = `${many}/compare?from=${taskIds.first}&to=${taskIds.last}`;
  return as(people.admin, [
    ['platform-new', '/platforms/new', '/platforms/new'],
    ['platform-flagged', '/platforms/:id', many],
    ['platform-long', '/platforms/:id', `/platforms/${long.id}`],
    ['platform-failing', '/platforms/:id', `/platforms/${failing.id}`],
    ['platform-right-to-left', '/platforms/:id', `/platforms/${rightToLeft.id}`],
    ['platform-edit', '/platforms/:id/edit', `${many}/edit`],
    ['platform-edit-long', '/platforms/:id/edit', `/platforms/${long.id}/edit`],
    ['platform-delete', '/platforms/:id/delete', `${many}/delete`],
    ['platforms-archive', '/platforms/archive', `/platforms/archive?platforms=${long.id}`],
    ['past-scan', '/platforms/:id/scans/:taskId', `${many}/scans/${taskIds.first}`],
    ['compare', '/platforms/:id/compare', compared],
    ['platform-import', '/platforms/import', '/platforms/import'],
    ['platform-import-check', '/platforms/import/:id', files.platformPath],
    ['paste-check', '/platforms/paste/:id', files.pastePath],
  ]);
}

function alertVisits({ people, alerts, detectionId }: Filled): Visit[] {
  const { ids, disputedId } = alerts;
  const alert = (id?: string) => `/alerts/${id ?? ''}`;
  const detection = `${alert(ids.manyFlags)}/detections/${detectionId}`;
  const disputed = `${alert(ids.disputed)}/detections/${disputedId}`;
  const route = '/alerts/:id/detections/:detectionId';
  return [
    ...as(people.admin, [
      ['alert-forty', '/alerts/:id', alert(ids.manyFlags)],
      ['alert-one', '/alerts/:id', alert(ids.oneFlag)],
      ['alert-worked', '/alerts/:id', alert(ids.worked)],
      ['alert-cleared', '/alerts/:id', alert(ids.cleared)],
      ['alert-false-positive', '/alerts/:id', alert(ids.wrong)],
      ['alert-disputed', '/alerts/:id', alert(ids.disputed)],
      ['evidence', '/alerts/:id/evidence', `${alert(ids.disputed)}/evidence`],
      ['dispute-none', `${route}/dispute`, `${detection}/dispute`],
      ['dispute', `${route}/dispute`, `${disputed}/dispute`],
      ['letter', `${route}/report`, `${detection}/report`],
      ['letter-again', `${route}/report`, `${disputed}/report?lang=fr`],
    ]),
    ...as(people.viewer, [['alert-viewer', '/alerts/:id', alert(ids.worked)]]),
  ];
}

function vendorVisits({ people, vendorId, files }: Filled): Visit[] {
  const vendor = `/vendor/${vendorId}`;
  return as(people.admin, [
    ['vendor-new', '/vendor/new', '/vendor/new'],
    ['vendor', '/vendor/:id', vendor],
    ['vendor-first', '/vendor/:id', '/vendor/1'],
    ['vendor-edit', '/vendor/:id/edit', `${vendor}/edit`],
    ['vendor-delete', '/vendor/:id/delete', `${vendor}/delete`],
    ['vendor-import', '/vendor/import', '/vendor/import'],
    ['vendor-import-check', '/vendor/import/:id', files.vendorPath],
    ['vendor-import-bad', '/vendor/import/:id', files.badPath],
  ]);
}

function configVisits({ people, channels }: Filled): Visit[] {
  const list = '/config/notifications';
  const one = (id: string) => `${list}/${id}`;
  const integration = '/config/integrations/virustotal';
  return as(people.admin, [
    ['virustotal', integration, integration],
    ['channel-new-email', `${list}/new`, `${list}/new?kind=email`],
    ['channel-new-webhook', `${list}/new`, `${list}/new?kind=webhook`],
    ['channel-new-slack', `${list}/new`, `${list}/new?kind=slack`],
    ['channel-email', `${list}/:id`, one(channels.email)],
    ['channel-webhook', `${list}/:id`, one(channels.webhook)],
    ['channel-slack', `${list}/:id`, one(channels.slack)],
    ['channel-delete', `${list}/:id/delete`, `${one(channels.email)}/delete`],
    ['deliveries', `${list}/:id/deliveries`, `${one(channels.webhook)}/deliveries`],
    ['deliveries-failed', `${list}/:id/deliveries`, `${one(channels.broken)}/deliveries`],
    ['deliveries-none', `${list}/:id/deliveries`, `${one(channels.email)}/deliveries?state=dead`],
    ['token-revoke', '/config/tokens/:id/revoke', '/config/tokens/1/revoke'],
    ['user', '/config/users/:id', `/config/users/${people.userId}`],
    ['user-inactive', '/config/users/:id', `/config/users/${people.inactiveId}`],
  ]);
}

/** Errors, and forms that come back. */
function refusedVisits({ people, scans, alerts, detectionId, vendorId }: Filled): Visit[] {
  const cookie = people.admin;
  const alert = `/alerts/${alerts.ids.manyFlags ?? ''}`;
  const platform = `/platforms/${scans.platforms.manyFlags.id}`;
  const dispute = `${alert}/detections/${detectionId}/dispute`;
  const forms: [name: string, route: string, formPath: string, action?: string][] = [
    ['vendor-new-refused', '/vendor/new', '/vendor/new'],
    ['vendor-edit-refused', '/vendor/:id/edit', `/vendor/${vendorId}/edit`],
    ['vendor-import-refused', '/vendor/import', '/vendor/import'],
    ['platform-new-refused', '/platforms/new', '/platforms/new'],
    ['platform-edit-refused', '/platforms/:id/edit', `${platform}/edit`],
    ['paste-refused', '/platforms/import', '/platforms/import', '/platforms/paste'],
    ['comment-refused', '/alerts/:id', alert, `${alert}/comments`],
    ['bulk-refused', '/alerts', '/alerts', '/alerts/bulk'],
    ['dispute-refused', '/alerts/:id/detections/:detectionId/dispute', dispute],
    ['password-refused', '/profile', '/profile', '/profile/password'],
    ['user-refused', '/config/users', '/config/users'],
    ['token-refused', '/config/tokens', '/config/tokens'],
    ['channel-refused', '/config/notifications/new', '/config/notifications/new?kind=webhook'],
    ['virustotal-refused', '/config/integrations/virustotal', '/config/integrations/virustotal'],
  ];
  return [
    { name: 'not-found', route: 'GET /scans/:id', path: '/scans/999999', cookie, status: 404 },
    {
      name: 'forbidden',
      route: 'GET /audit',
      path: '/audit',
      cookie: people.viewer,
      status: 403,
    },
    ...forms.map(([name, route, path, action = path]) => {
      const act = sendEmpty(action.split('?')[0] ?? '');
      return { name, route: `GET ${route}`, path, cookie, act, actStatus: 422 };
    }),
  ];
}

/** Sends the form that goes to an address with every field emptied, past what the browser checks. */
function sendEmpty(action: string): Visit['act'] {
  return async (page) => {
    const loaded = page.waitForEvent('load');
    await inPage(page, 'send-empty', action);
    await loaded;
  };
}

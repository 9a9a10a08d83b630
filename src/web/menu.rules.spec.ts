import { isUnder, menuOf, sectionOf } from './menu.rules.js';

const hrefs = (path: string, isAdmin: boolean) =>
  menuOf(path, isAdmin).flatMap(({ entries }) => entries.map(({ href }) => href));
const current = (path: string) =>
  menuOf(path, true)
    .flatMap(({ entries }) => entries)
    .filter(({ isCurrent }) => isCurrent)
    .map(({ href }) => href);

describe('the menu', () => {
  it('shows an admin all, others no settings', () => {
    expect(hrefs('/', true)).toEqual([
      '/',
      '/alerts',
      '/disputes',
      '/platforms',
      '/scans',
      '/vendor',
      '/config/integrations',
      '/config/notifications',
      '/config/users',
      '/config/tokens',
      '/audit',
      '/status',
    ]);
    expect(hrefs('/', false)).toEqual(
      hrefs('/', true).filter((href) => !/config|audit/.test(href)),
    );
    expect(menuOf('/', false).map(({ title }) => title)).toEqual([null, 'operation']);
  });

  it.each([
    ['/', ['/']],
    ['/alerts', ['/alerts']],
    ['/alerts/12/evidence', ['/alerts']],
    ['/vendor/unknown', ['/vendor']],
    ['/vendors', []],
    ['/profile', []],
    ['/config/integrations/virustotal', ['/config/integrations']],
  ])('has %s in %j', (path, expected) => {
    expect(current(path)).toEqual(expected);
  });
});

describe('the section of a page', () => {
  it.each([
    ['/', null],
    ['/alerts', null],
    ['/profile', null],
    ['/alerts/12', { href: '/alerts', label: 'alerts' }],
    ['/config/users/3', { href: '/config/users', label: 'users' }],
  ])('of %s is %j', (path, expected) => {
    expect(sectionOf(path)).toEqual(expected);
  });

  it('is never the dashboard, below which lies nothing', () => {
    expect(isUnder('/alerts', '/')).toBe(false);
  });
});

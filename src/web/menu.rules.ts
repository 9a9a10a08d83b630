/** Who sees an entry of the menu: the rights of its page, and no more. */
type MenuRole = 'viewer' | 'admin';

/** An entry of the menu: where it leads, its string under `menu`, and its icon of bootstrap-icons. */
interface MenuEntry {
  href: string;
  label: string;
  icon: string;
  role: MenuRole;
}

const MAIN: readonly MenuEntry[] = [
  { href: '/', label: 'dashboard', icon: 'speedometer2', role: 'viewer' },
  { href: '/alerts', label: 'alerts', icon: 'exclamation-triangle', role: 'viewer' },
  { href: '/disputes', label: 'disputes', icon: 'chat-left-text', role: 'viewer' },
  { href: '/platforms', label: 'platforms', icon: 'globe2', role: 'viewer' },
  { href: '/scans', label: 'scans', icon: 'radar', role: 'viewer' },
  { href: '/vendor', label: 'vendor', icon: 'shield-check', role: 'viewer' },
];

const CONFIG: readonly MenuEntry[] = [
  { href: '/config/integrations', label: 'integrations', icon: 'plug', role: 'admin' },
  { href: '/config/notifications', label: 'notifications', icon: 'bell', role: 'admin' },
  { href: '/config/users', label: 'users', icon: 'people', role: 'admin' },
  { href: '/config/tokens', label: 'tokens', icon: 'key', role: 'admin' },
  { href: '/audit', label: 'audit', icon: 'journal-text', role: 'admin' },
];

const OPERATION: readonly MenuEntry[] = [
  { href: '/status', label: 'status', icon: 'heart-pulse', role: 'viewer' },
];

const GROUPS: readonly { title: string | null; entries: readonly MenuEntry[] }[] = [
  { title: null, entries: MAIN },
  { title: 'config', entries: CONFIG },
  { title: 'operation', entries: OPERATION },
];

/** A part of the menu: its title's string under `menu`, null for the first. */
export interface MenuGroup {
  title: string | null;
  entries: { href: string; label: string; icon: string; isCurrent: boolean }[];
}

/**
 * The menu of a page.
 * @param path the page's own; the entry that it is, or lies below, is the current one
 */
export function menuOf(path: string, isAdmin: boolean): MenuGroup[] {
  return GROUPS.map(({ title, entries }) => ({
    title,
    entries: entries
      .filter(({ role }) => isAdmin || role === 'viewer')
      .map(({ href, label, icon }) => ({ href, label, icon, isCurrent: isUnder(path, href) })),
  })).filter(({ entries }) => entries.length > 0);
}

/** The entry that a page lies below, as its breadcrumb; null for a page that is an entry itself. */
export function sectionOf(path: string): { href: string; label: string } | null {
  const all = GROUPS.flatMap(({ entries }) => entries);
  const entry = all.find(({ href }) => href !== '/' && path !== href && isUnder(path, href));
  return entry === undefined ? null : { href: entry.href, label: entry.label };
}

/** Whether a path is an address or lies below it; below `/` lies nothing. */
export function isUnder(path: string, base: string): boolean {
  return base === '/' ? path === '/' : path === base || path.startsWith(`${base}/`);
}

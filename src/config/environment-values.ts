import { isURL } from 'class-validator';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const WEB = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };

/** True for 32 bytes in base64. */
export function isSecret(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 32 && bytes.toString('base64') === text;
}

/** Several secrets by comma: the first writes and all read. */
export function isSecretList(value: unknown): boolean {
  return typeof value === 'string' && listOf(value).every(isSecret);
}

/** `sqlite:PATH`, or a `mysql:` address with a host and a database. */
export function isDatabaseUrl(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (value.startsWith('sqlite:')) return value.length > 'sqlite:'.length;
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return url.protocol === 'mysql:' && url.hostname !== '' && url.pathname.length > 1;
}

/** An http or https address of a whole host: pages link from `/` on. */
export function isOrigin(value: unknown): boolean {
  if (!isURL(String(value), WEB)) return false;
  const { pathname, search, hash, username, password } = new URL(String(value));
  return /^\/+$/.test(pathname) && search + hash + username + password === '';
}

/** An http or https address of any form, without a user name or password in it. */
export function isWebAddress(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return ['http:', 'https:'].includes(protocol) && username + password === '';
}

/** An address of a mail server, whose user name and password can be read. */
export function isSmtpUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  return ['smtp:', 'smtps:'].includes(url.protocol) && url.hostname !== '' && canDecode(url);
}

/** User name and password are percent-encoded in an address, and not every text is. */
function canDecode({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** Several nets by comma, each in CIDR notation: `10.0.0.0/8, fd00::/8`. */
export function isNetList(value: unknown): boolean {
  return typeof value === 'string' && listOf(value).every(isNet);
}

/** ipaddr.js alone would take `10/8` and octal parts as well. */
function isNet(net: string): boolean {
  return isIP(net.split('/', 1)[0] ?? '') !== 0 && ipaddr.isValidCIDR(net);
}

/** The parts of a list by comma, without the white space around them. */
export function listOf(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(',').map((part) => part.trim());
}

/** What a user may be, as the module `access` has it. */
const ROLES = ['viewer', 'analyst', 'admin'] as const;

/** A value of the provider's claim, and the role that it gives. */
export type MappedRole = readonly [value: string, role: (typeof ROLES)[number]];

/** `oju-admins=admin, oju-analysts=analyst` in pairs; null where it is not that. */
export function mappedRoles(text: string): MappedRole[] | null {
  const pairs: MappedRole[] = [];
  for (const part of listOf(text)) {
    const at = part.lastIndexOf('=');
    const value = part.slice(0, Math.max(at, 0)).trim();
    const role = ROLES.find((known) => known === part.slice(at + 1).trim());
    if (value === '' || !role) return null;
    pairs.push([value, role]);
  }
  return pairs;
}

/** `https`, but for a provider on this machine, where nobody else listens in. */
export function isIssuer(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(value);
  const isLocal = /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isLocal);
  return isSafe && username + password + search + hash === '';
}

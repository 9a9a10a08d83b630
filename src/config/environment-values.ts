import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

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

import { isIPv4 } from 'node:net';
import { isPublicAddress } from '../outgoing/public-address.rules.js';
import type { StringKey } from '../web/strings/string-key.js';

/** Names of RFC 6761, 6762, 7686 and 8375, ICANN's .internal, and what home and office routers use. */
const PRIVATE_SUFFIXES = [
  'localhost',
  'local',
  'internal',
  'intranet',
  'private',
  'lan',
  'home',
  'corp',
  'home.arpa',
  'localdomain',
  'test',
  'invalid',
  'onion',
];

/** DNS takes 63 characters a label and 253 a name; the underscore is no host's, but is in use. */
const LABEL = /^[a-z0-9_-]{1,63}$/;
const MAX_NAME_LENGTH = 253;

/**
 * Why VirusTotal could not reach a host, or null if it may well.
 * @param host as the WHATWG URL parser gives it: lower case, punycode, IPv4 in four decimal parts,
 * IPv6 in brackets; without the final dot
 */
export function hostComplaint(host: string): StringKey | null {
  const isIPv6 = host.startsWith('[');
  if (isIPv6 || isIPv4(host)) {
    const address = isIPv6 ? host.slice(1, -1) : host;
    return isPublicAddress(address) ? null : 'platform.error.urlPrivateAddress';
  }
  if (PRIVATE_SUFFIXES.some((suffix) => host === suffix || host.endsWith(`.${suffix}`))) {
    return 'platform.error.urlPrivateName';
  }
  const labels = host.split('.');
  const isName = host.length <= MAX_NAME_LENGTH && labels.every((label) => LABEL.test(label));
  if (!isName) return 'platform.error.urlHost';
  return labels.length === 1 ? 'platform.error.urlSingleLabel' : null;
}

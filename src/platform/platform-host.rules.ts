import { BlockList, isIPv4 } from 'node:net';
import type { StringKey } from '../web/strings/string-key.js';

/** IANA's special-purpose registries: no IPv4 address in here can be reached from everywhere. */
const SPECIAL_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/**
 * Only this block of IPv6 holds public addresses. That leaves out loopback, unique local, link-local
 * and multicast ones, and all that carry an IPv4 address in `::`, `::ffff:` or `64:ff9b::`.
 */
const PUBLIC_IPV6 = ['2000::', 3] as const;

/** What is not public in there: protocol assignments with Teredo, documentation, and 6to4. */
const SPECIAL_IPV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

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

function blockList(family: 'ipv4' | 'ipv6', nets: readonly (readonly [string, number])[]) {
  const list = new BlockList();
  for (const [net, prefix] of nets) list.addSubnet(net, prefix, family);
  return list;
}

const specialIpv4 = blockList('ipv4', SPECIAL_IPV4);
const publicIpv6 = blockList('ipv6', [PUBLIC_IPV6]);
const specialIpv6 = blockList('ipv6', SPECIAL_IPV6);

/**
 * Why VirusTotal could not reach a host, or null if it may well.
 * @param host as the WHATWG URL parser gives it: lower case, punycode, IPv4 in four decimal parts,
 * IPv6 in brackets; without the final dot
 */
export function hostComplaint(host: string): StringKey | null {
  if (host.startsWith('[')) {
    const address = host.slice(1, -1);
    const isPublic = publicIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6');
    return isPublic ? null : 'platform.error.urlPrivateAddress';
  }
  if (isIPv4(host)) {
    return specialIpv4.check(host, 'ipv4') ? 'platform.error.urlPrivateAddress' : null;
  }
  if (PRIVATE_SUFFIXES.some((suffix) => host === suffix || host.endsWith(`.${suffix}`))) {
    return 'platform.error.urlPrivateName';
  }
  const labels = host.split('.');
  const isName = host.length <= MAX_NAME_LENGTH && labels.every((label) => LABEL.test(label));
  if (!isName) return 'platform.error.urlHost';
  return labels.length === 1 ? 'platform.error.urlSingleLabel' : null;
}

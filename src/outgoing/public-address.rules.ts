import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Only this block of IPv6 holds public addresses. That leaves out what ipaddr.js has no name for,
 * and all that carry an IPv4 address in `::`, `::ffff:`, `64:ff9b::` or `64:ff9b:1::`.
 */
const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * True for an IP address that can be reached from everywhere: of none of the ranges that IANA's
 * special-purpose registries keep for private networks, loopback, link-local use, multicast,
 * carriers' NAT, translation, documentation and so on.
 * @param address in four decimal parts or as IPv6, without brackets; anything else is not public
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(PUBLIC_IPV6);
}

/**
 * True for an IP address in one of the nets.
 * @param nets in CIDR notation; an IPv4 net holds the IPv6 spelling (`::ffff:`) of its addresses too
 */
export function isInNets(address: string, nets: readonly string[]): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address);
  return nets.some((net) => {
    const [base, bits] = ipaddr.parseCIDR(net);
    return base.kind() === parsed.kind() && parsed.match(base, bits);
  });
}

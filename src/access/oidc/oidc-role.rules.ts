import type { Role } from '../rights.js';
import { roleCovers } from '../rights.js';

/**
 * The role that a provider's claim gives: the highest of those that its values are mapped to, or
 * null when none is.
 * @param claims of the ID token and the user info endpoint
 * @param claim its name, or the way to it inside others: `realm_access.roles`
 * @param mapped which value gives which role, compared to the letter
 */
export function roleOf(
  claims: Readonly<Record<string, unknown>>,
  claim: string,
  mapped: readonly (readonly [value: string, role: Role])[],
): Role | null {
  const values = new Set([claimAt(claims, claim)].flat());
  let highest: Role | null = null;
  for (const [value, role] of mapped) {
    if (values.has(value) && (highest === null || roleCovers(role, highest))) highest = role;
  }
  return highest;
}

/** A claim by its whole name (which may have dots in it), else along its parts. */
function claimAt(claims: Readonly<Record<string, unknown>>, claim: string): unknown {
  if (Object.hasOwn(claims, claim)) return claims[claim];
  let at: unknown = claims;
  for (const part of claim.split('.')) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return at;
}

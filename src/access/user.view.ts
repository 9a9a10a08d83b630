import { showId } from '../web/ids.js';
import type { OneTimeLink } from './one-time-link.entity.js';
import { NO_PASSWORD } from './password.js';
import type { Role } from './rights.js';
import type { User } from './user.entity.js';

/** A user as pages show it. */
export interface UserRow {
  id: string;
  email: string;
  role: Role;
  isActive: boolean;
  hasPassword: boolean;
  hasSecondFactor: boolean;
  /** Also of one that is being set up, or that no key opens any more. */
  hasSecondFactorSecret: boolean;
  createdAt: string;
  lastSignedInAt: string | null;
}

export function userRow(user: User): UserRow {
  const { id, email, role, isActive, totpEnabledAt, createdAt, lastSignedInAt } = user;
  return {
    id: showId(id),
    email,
    role,
    isActive,
    hasPassword: user.passwordHash !== NO_PASSWORD,
    hasSecondFactor: totpEnabledAt !== null,
    hasSecondFactorSecret: user.totpCiphertext !== null,
    createdAt: createdAt.toISOString(),
    lastSignedInAt: lastSignedInAt?.toISOString() ?? null,
  };
}

/** An invitation that waits, as pages show it. */
export function inviteRow({ id, email, role, createdAt, expiresAt }: OneTimeLink): object {
  return {
    id: showId(id),
    email,
    role,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}

import { showId } from '../web/ids.js';
import type { OneTimeLink } from './one-time-link.entity.js';
import type { Role } from './rights.js';
import type { User } from './user.entity.js';

/** A user as pages show it. */
export interface UserRow {
  id: string;
  email: string;
  role: Role;
  isActive: boolean;
  hasSecondFactor: boolean;
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
    hasSecondFactor: totpEnabledAt !== null,
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

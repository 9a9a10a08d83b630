import { showId } from '../web/ids.js';
import type { ApiToken } from './api-token.entity.js';

/** Whether a token may be used. */
type ApiTokenState = 'active' | 'expired' | 'revoked';

/** A token as the list shows it: never more of it than its prefix. */
export function apiTokenView(apiToken: ApiToken, now: Date) {
  const { id, name, scope, prefix, createdAt, createdBy, expiresAt, lastUsedAt } = apiToken;
  const state = stateOf(apiToken, now);
  return {
    id: showId(id),
    name,
    scope,
    prefix,
    createdAt,
    createdBy,
    expiresAt,
    lastUsedAt,
    state,
    isActive: state === 'active',
  };
}

function stateOf({ revokedAt, expiresAt }: ApiToken, now: Date): ApiTokenState {
  if (revokedAt) return 'revoked';
  return expiresAt && expiresAt <= now ? 'expired' : 'active';
}

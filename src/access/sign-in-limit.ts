/** For the throttler: ten tries a minute from one address at a form that takes a password. */
export const SIGN_IN_LIMIT = { default: { limit: 10, ttl: 60_000 } };

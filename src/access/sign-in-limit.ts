/** For the throttler: ten tries a minute from one address at a form that takes a password. */
export const SIGN_IN_LIMIT = { default: { limit: 10, ttl: 60_000 } };

/**
 * Ten codes in fifteen minutes for one user. Of a million codes three are good at a time: who knows
 * the password needs some 240 days of tries for an even chance.
 */
export const CODE_LIMIT = { default: { limit: 10, ttl: 15 * 60_000 } };

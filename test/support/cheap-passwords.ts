import argon2 from 'argon2';

/** As little as argon2 takes; password.spec holds the real parameters to OWASP's floor. */
const CHEAP = { memoryCost: 8, timeCost: 1 };

const { hash } = argon2;

/**
 * Passwords that tests give their users cost nothing to hash, nor to check, since a hash carries its
 * parameters. All else of a sign-in is as it is. Only code in the same process can do this.
 */
Object.assign(argon2, {
  hash: (password: string, options?: object) => hash(password, { ...options, ...CHEAP }),
});

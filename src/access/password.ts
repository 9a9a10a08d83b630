import { argon2id, hash, verify } from 'argon2';
import { randomBytes } from 'node:crypto';

/** OWASP's floor for argon2id; four at once take 76 MiB for some 30 ms. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const { memoryCost, timeCost, parallelism } = PARAMETERS;
const unpadded = (bytes: number) => randomBytes(bytes).toString('base64').replace(/=+$/, '');

/** A hash of nothing, which costs as much to check as a real one. */
const NOBODY = [
  '$argon2id$v=19',
  `m=${memoryCost},t=${timeCost},p=${parallelism}`,
  unpadded(16),
  unpadded(32),
].join('$');

/** Kept as the hash of a user who has no password: none is right. */
export const NO_PASSWORD = '';

/** The argon2id hash of a password, with its own salt and parameters in it. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, { type: argon2id, ...PARAMETERS });
}

/**
 * True when `passwordHash` is of this password. Without one (no such user, or one without a
 * password) it takes as long, and is false.
 */
export async function checkPassword(
  passwordHash: string | undefined,
  password: string,
): Promise<boolean> {
  const hasPassword = passwordHash !== undefined && passwordHash !== NO_PASSWORD;
  const isRight = await verify(hasPassword ? passwordHash : NOBODY, password);
  return isRight && hasPassword;
}

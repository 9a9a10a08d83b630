import { createHash, randomBytes } from 'node:crypto';

/** Without those that are read for another: 0 and O, 1 and I. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 16;
const GROUP = 4;

/** How many a user gets at a time. */
export const RECOVERY_CODES = 10;

/** A recovery code as it is shown: 80 random bits in groups of four. */
export function newRecoveryCode(): string {
  // 256 is a multiple of 32: each letter is as likely.
  const letters = Array.from(randomBytes(LENGTH), (byte) => ALPHABET.charAt(byte % 32)).join('');
  return (letters.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join('-');
}

/** What is kept of a code, typed in any case and with or without its dashes; null for other text. */
export function hashRecoveryCode(typed: string): string | null {
  const letters = typed.toUpperCase().replaceAll(/[\s-]/g, '');
  if (letters.length !== LENGTH || !/^[A-Z2-9]+$/.test(letters)) return null;
  return createHash('sha256').update(letters).digest('hex');
}

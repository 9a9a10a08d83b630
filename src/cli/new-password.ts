import { randomBytes } from 'node:crypto';
import type { CommandIo } from './command-io.js';

/** Where a command takes a password from. */
export const PASSWORD_STDIN = [
  '--password-stdin',
  'take the password from standard input; else one is made and shown once',
] as const;

/** The password for a user, and what to say of it. */
export interface NewPassword {
  password: string;
  /** Empty when whoever typed the password knows it. */
  note: string;
}

/** Reads the password from standard input, without the line end, or makes one of 24 characters. */
export async function newPassword(io: CommandIo, isOnStdin: boolean): Promise<NewPassword> {
  if (isOnStdin) return { password: (await io.stdin()).replace(/\r?\n$/, ''), note: '' };
  const password = randomBytes(18).toString('base64url');
  return { password, note: `Password, shown this once: ${password}` };
}

import { createHash } from 'node:crypto';

/**
 * Tells keys apart and nothing of them: 64 random digits cannot be guessed from a digest, let alone
 * from a quarter of one. VirusTotal takes a key in either case.
 * @returns 16 hexadecimal characters
 */
export function keyIdOf(apiKey: string): string {
  return createHash('sha256')
    .update(`oju key id ${apiKey.toLowerCase()}`)
    .digest('hex')
    .slice(0, 16);
}

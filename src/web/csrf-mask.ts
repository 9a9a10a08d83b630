import { randomBytes } from 'node:crypto';

/**
 * A secret under a mask that is another in each answer. Pages are compressed: of one that shows
 * what its address holds beside a secret that stays the same, the length would give the secret
 * away bit by bit (BREACH, https://breachattack.com).
 * @param secret ASCII
 */
export function masked(secret: string): string {
  const pad = randomBytes(Buffer.byteLength(secret));
  return Buffer.concat([pad, xor(Buffer.from(secret), pad)]).toString('base64url');
}

/** What was masked; of anything else some text that is no secret of anyone's. */
export function unmasked(text: string): string {
  const both = Buffer.from(text, 'base64url');
  const half = Math.floor(both.length / 2);
  return xor(both.subarray(half), both.subarray(0, half)).toString();
}

function xor(bytes: Buffer, pad: Buffer): Buffer {
  return Buffer.from(bytes.map((byte, index) => byte ^ (pad[index] ?? 0)));
}

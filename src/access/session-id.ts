import { createHash } from 'node:crypto';

/** What the table holds of a session's id: 64 hexadecimal digits. */
export function hashSessionId(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}

/** What the ciphertext of a user's second factor is bound to: it opens no other user's. */
export function secondFactorPurpose(userId: number): string {
  return `second factor of user ${userId}`;
}

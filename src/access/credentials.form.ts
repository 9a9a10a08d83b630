/** The fields `email` and `password` of a posted form; what is missing or repeated is empty. */
export function credentialsOf(body: unknown): { email: string; password: string } {
  const { email, password } = (body ?? {}) as Record<string, unknown>;
  return { email: text(email), password: text(password) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The fields `email` and `password` of a posted form; what is missing or repeated is empty. */
export function credentialsOf(body: unknown): { email: string; password: string } {
  return { email: textField(body, 'email'), password: textField(body, 'password') };
}

/** The fields of the form that invites somebody. */
export function inviteFromForm(body: unknown): { email: string; role: string } {
  return { email: textField(body, 'email'), role: textField(body, 'role') };
}

/** One field of a posted form; what is missing or repeated is empty. */
export function textField(body: unknown, name: string): string {
  const value = ((body ?? {}) as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : '';
}

/** The token of an `Authorization: Bearer …` header, or null when the header is of another form. */
export function bearerToken(header: string | undefined): string | null {
  return /^Bearer +([^\s]+) *$/i.exec(header ?? '')?.[1] ?? null;
}

/** A mail address as it is kept and compared. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}

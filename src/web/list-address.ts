/** What a list was asked for, as its address says it; what is absent, null or empty is left out. */
export type ListAsked = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The address of a list that is asked for that. @param path its own, without a query */
export function listAddress(path: string, asked: ListAsked): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) {
    if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value));
  }
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}

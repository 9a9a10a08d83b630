/** The values of the checkboxes of one name that a form sent: none, one or many. */
export function chosenOf(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one) => typeof one === 'string');
}

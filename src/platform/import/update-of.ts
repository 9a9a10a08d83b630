/**
 * A statement that changes what has one of the keys, with its parameters. The keys are named, since
 * MariaDB looks at every row of the table for an UPDATE with a subquery in their place.
 * @param update ends where the list of the keys follows; its placeholders are all the import's id
 */
export function updateOf(
  update: string,
  importId: number,
  keys: readonly string[],
): [statement: string, parameters: (number | string)[]] {
  const ids = Array<number>(update.split('?').length - 1).fill(importId);
  return [`${update}(${keys.map(() => '?').join(', ')})`, [...ids, ...keys]];
}

/** MySQL and SQLite bound how many placeholders a statement may have. */
const VALUES_A_STATEMENT = 1000;

/** A long list in parts that one statement each can take, in its order. */
export function chunksOf<T>(items: readonly T[], size = VALUES_A_STATEMENT): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, part) => items.slice(part * size, (part + 1) * size));
}

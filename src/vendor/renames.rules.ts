/** What engines were renamed to, as people confirmed it: the id of the next name, by that of the old. */
export type Renames = ReadonlyMap<number, number>;

/** The id of what an engine is called now: where its chain of renames ends; no ring is admitted. */
export function presentOf(id: number, renames: Renames): number {
  let end = id;
  for (let to = renames.get(end); to !== undefined; to = renames.get(end)) end = to;
  return end;
}

/** How many renames ago an engine was called so; 0 for the name that it has now. */
export function renamesSince(id: number, renames: Renames): number {
  const next = renames.get(id);
  return next === undefined ? 0 : 1 + renamesSince(next, renames);
}

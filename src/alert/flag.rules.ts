import type { AcceptedTriple } from './evidence.js';

interface Flag {
  category: string;
  result: string | null;
}

/** Whether an engine says the same as before: how it came to it does not matter. */
export function isSameFlag(one: Flag, other: Flag): boolean {
  return one.category === other.category && one.result === other.result;
}

/** Whether someone accepted that very triple on the platform. */
export function isAcceptedTriple(
  flag: AcceptedTriple,
  accepted: readonly AcceptedTriple[],
): boolean {
  return accepted.some((triple) => triple.engine === flag.engine && isSameFlag(triple, flag));
}

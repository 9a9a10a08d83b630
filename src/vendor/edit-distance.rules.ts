/**
 * Whether one text becomes the other by at most so many edits: a character added, dropped or
 * changed, or two neighbours swapped.
 * @param most 0 to 2; the time grows with it and the shorter length, not with their product
 */
export function isWithinEdits(one: string, other: string, most: number): boolean {
  if (Math.abs(one.length - other.length) > most) return false;
  if (one === other) return true;
  return most > 0 && editsBelow(one, other, most) <= most;
}

/** The edits between two texts as the restricted Damerau-Levenshtein distance; above `most`, any number above it. */
function editsBelow(one: string, other: string, most: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const line = new Array<number>(other.length + 1).fill(most + 1);
    line[0] = row;
    // Further off the diagonal than `most`, every way has more edits than that.
    const end = Math.min(other.length, row + most);
    for (let column = Math.max(1, row - most); column <= end; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      let edits = Math.min(
        at(last, column) + 1,
        at(line, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
      );
      const isSwapped =
        row > 1 &&
        column > 1 &&
        one[row - 1] === other[column - 2] &&
        one[row - 2] === other[column - 1];
      if (isSwapped) edits = Math.min(edits, at(beforeLast, column - 2) + 1);
      line[column] = edits;
    }
    if (Math.min(...line) > most) return most + 1;
    beforeLast = last;
    last = line;
  }
  return at(last, other.length);
}

function at(line: readonly number[], column: number): number {
  return line[column] ?? Infinity;
}

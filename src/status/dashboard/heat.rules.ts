/** Shades that a count may have; 0 is none. */
const SHADES = 4;

/** How dark a count is among others: nothing has no shade, the most of all the darkest. */
export function heatOf(count: number, most: number): number {
  if (count <= 0 || most <= 0) return 0;
  return Math.min(SHADES, Math.ceil((count / most) * SHADES));
}

/** Line ends, other control characters, and what turns the direction of writing round. */
const UNSEEN = /[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/gu;

/**
 * What somebody else wrote, as one line of bounded length: an engine's result may hold line ends,
 * and characters that show text in another order than it is stored in.
 * @param longest in characters; what is longer is cut
 */
export function oneLine(text: unknown, longest = 300): string {
  if (typeof text !== 'string' && typeof text !== 'number') return '';
  const clean = String(text)
    .slice(0, longest * 4)
    .replace(UNSEEN, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  const characters = Array.from(clean);
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : clean;
}

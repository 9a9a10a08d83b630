/**
 * A text in lower case as the databases' LOWER makes it: letter by letter, whatever stands beside
 * it. On SQLite LOWER is this very function (`OjuDataSource`), for its own knows ASCII alone.
 */
export function lowered(text: string): string {
  return Array.from(text, (letter) => letter.toLowerCase()).join('');
}

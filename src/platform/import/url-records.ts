import type { FileRecord } from './import-file.js';

/**
 * URLs as they are pasted: whatever white space is between them, and what is no URL among them.
 * A piece of the text may end within one.
 */
export async function* urlRecords(text: AsyncIterable<string>): AsyncGenerator<FileRecord> {
  let line = 1;
  let rest = '';
  for await (const piece of text) {
    const parts = (rest + piece).split(/(\s)/);
    rest = parts.pop() ?? '';
    for (const part of parts) {
      if (part === '\n') line += 1;
      else if (part.trim() !== '') yield { line, values: { url: part } };
    }
  }
  if (rest !== '') yield { line, values: { url: rest } };
}

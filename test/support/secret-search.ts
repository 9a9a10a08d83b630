import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a key of hexadecimal digits may be written: each spelling by its name. */
export function spellingsOf(key: string): Map<string, Buffer> {
  const bytes = Buffer.from(key, 'hex');
  return new Map([
    ['clear', Buffer.from(key)],
    ['upper case', Buffer.from(key.toUpperCase())],
    ['lower case', Buffer.from(key.toLowerCase())],
    ['bytes', bytes],
    ['hex of the text', Buffer.from(Buffer.from(key).toString('hex'))],
    ['UTF-16', Buffer.from(key, 'utf16le')],
    ...[0, 1, 2].map(
      (offset) => [`base64 at ${offset}`, base64(Buffer.from(key), offset)] as const,
    ),
    ...[0, 1, 2].map((offset) => [`base64 of bytes at ${offset}`, base64(bytes, offset)] as const),
  ]);
}

/** Where in a folder a key is: `file: spelling`, for every file in it and below. */
export function findKey(folder: string, key: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .flatMap((file) => {
      const content = readFileSync(join(file.parentPath, file.name));
      return [...spellingsOf(key)]
        .filter(([, spelling]) => content.includes(spelling))
        .map(([name]) => `${file.name}: ${name}`);
    });
}

/** What base64 makes of it wherever it begins in a group of three, without the ragged ends. */
function base64(bytes: Buffer, offset: number): Buffer {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return Buffer.from(encoded.slice(4, -4));
}

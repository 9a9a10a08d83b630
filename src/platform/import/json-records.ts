import type { FileRecord } from './import-file.js';
import { ImportFileError } from './import.errors.js';
import { type JsonElement, JsonElements, JsonShapeError } from './json-elements.rules.js';

/** In characters: notes of 10,000 may be written with six characters each. */
const LONGEST_ELEMENT = 256 * 1024;

/**
 * The rows of a JSON file: an array of objects, alone or as the first field of an object, as lists
 * of the API are.
 * @throws ImportFileError on text that is not like that
 */
export async function* jsonRecords(text: AsyncIterable<string>): AsyncGenerator<FileRecord> {
  const elements = new JsonElements(LONGEST_ELEMENT);
  try {
    for await (const piece of text) {
      for (const element of elements.add(piece)) {
        yield { line: element.line, values: valuesOf(element) };
      }
    }
    elements.end();
  } catch (error) {
    if (!(error instanceof JsonShapeError)) throw error;
    throw new ImportFileError('import.error.json', { line: error.line });
  }
}

function valuesOf({ line, text }: JsonElement): Record<string, unknown> | null {
  const value = parsed(line, text);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : null;
}

function parsed(line: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonShapeError(line);
  }
}

/** One element of an array, as text. */
export interface JsonElement {
  /** Where it begins, from 1. */
  line: number;
  text: string;
}

/** Before the first element: an array, or an object whose first field holds it. */
const OPENING = /^\s*(?:(\[)|\{\s*"[a-zA-Z]{1,40}"\s*:\s*\[)/;
/** As much white space as anybody may put there. */
const LONGEST_OPENING = 10_000;

/** Thrown on text that is no array of JSON, by the line at which that shows. */
export class JsonShapeError extends Error {
  constructor(readonly line: number) {
    super(`No JSON array: line ${line}`);
  }
}

/**
 * Cuts an array of JSON into its elements, piece by piece: JSON.parse takes a large file only whole,
 * and holds up everything else meanwhile. The elements themselves it does not check.
 */
export class JsonElements {
  private state: 'opening' | 'elements' | 'closed' = 'opening';
  private isBare = false;
  private line = 1;
  private depth = 0;
  private isText = false;
  private isEscaped = false;
  private element = '';
  private elementLine = 1;
  private hasBegun = false;
  private needsElement = false;
  private outside = '';

  constructor(private readonly longestElement: number) {}

  /** The elements that end in this piece. @throws JsonShapeError */
  *add(piece: string): Generator<JsonElement> {
    let rest = piece;
    if (this.state === 'opening') rest = this.open(piece);
    if (this.state === 'elements') rest = yield* this.elements(rest);
    if (this.state === 'closed') this.outside += rest;
    if (this.outside.length > LONGEST_OPENING) throw new JsonShapeError(this.line);
  }

  /** To be called at the end. @throws JsonShapeError when the array was not closed */
  end(): void {
    const rest = this.isBare ? /^\s*$/ : /^\s*(,[\s\S]*)?\}\s*$/;
    if (this.state !== 'closed' || !rest.test(this.outside)) throw new JsonShapeError(this.line);
  }

  private open(piece: string): string {
    this.outside += piece;
    const opening = OPENING.exec(this.outside);
    if (!opening) return '';
    this.isBare = opening[1] !== undefined;
    this.state = 'elements';
    const rest = this.outside.slice(opening[0].length);
    this.line += lineEnds(opening[0]);
    this.outside = '';
    return rest;
  }

  /** @returns what stands behind the array */
  private *elements(text: string): Generator<JsonElement, string> {
    let start = 0;
    for (let index = 0; index < text.length; index += 1) {
      const character = text.charCodeAt(index);
      if (character === 10) this.line += 1;
      if (this.isText) {
        if (this.isEscaped) this.isEscaped = false;
        else if (character === 92) this.isEscaped = true;
        else if (character === 34) this.isText = false;
        continue;
      }
      if (this.depth === 0 && (character === 44 || character === 93)) {
        this.element += text.slice(start, index);
        start = index + 1;
        yield* this.finished(character === 93);
        if (character === 93) {
          this.state = 'closed';
          return text.slice(start);
        }
        continue;
      }
      if (!this.hasBegun && character > 32) {
        this.hasBegun = true;
        this.elementLine = this.line;
      }
      if (character === 34) this.isText = true;
      else if (character === 123 || character === 91) this.depth += 1;
      else if (character === 125 || character === 93) this.depth -= 1;
      if (this.depth < 0) throw new JsonShapeError(this.line);
    }
    this.element += text.slice(start);
    this.checkLength();
    return '';
  }

  private *finished(isLast: boolean): Generator<JsonElement> {
    this.checkLength();
    const text = this.element.trim();
    this.element = '';
    this.hasBegun = false;
    if (text === '') {
      // An empty array is none's fault, a comma without an element is.
      if (isLast && !this.needsElement) return;
      throw new JsonShapeError(this.line);
    }
    this.needsElement = !isLast;
    yield { line: this.elementLine, text };
  }

  private checkLength(): void {
    if (this.element.length > this.longestElement) throw new JsonShapeError(this.elementLine);
  }
}

function lineEnds(text: string): number {
  return text.match(/\n/g)?.length ?? 0;
}

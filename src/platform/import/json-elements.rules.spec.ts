import fc from 'fast-check';
import { JsonElements, JsonShapeError } from './json-elements.rules';

function cut(text: string, pieceLength = text.length): { line: number; value: unknown }[] {
  const elements = new JsonElements(1000);
  const found = [];
  for (let start = 0; start < text.length; start += pieceLength) {
    for (const { line, text: json } of elements.add(text.slice(start, start + pieceLength))) {
      found.push({ line, value: JSON.parse(json) as unknown });
    }
  }
  elements.end();
  return found;
}

describe('an array of JSON, piece by piece', () => {
  it('is cut into what JSON.parse reads of it, wherever the pieces end', () => {
    const rows = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 8 });
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom(0, 2),
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom('', '{ "data": '),
        (values, indent, pieceLength, head) => {
          const text = `${head}${JSON.stringify(values, null, indent)}${head && ', "meta": {}}'}\n`;
          const read = cut(text, pieceLength).map(({ value }) => value);
          expect(JSON.stringify(read)).toBe(JSON.stringify(values));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('tells the lines at which the elements begin', () => {
    const text = '[\n  {"a": "x\\ny, ]"},\n\n  {\n    "b": [1]\n  }\n]\n';
    expect(cut(text, 3).map(({ line }) => line)).toEqual([2, 4]);
  });

  it.each([
    ['', 1],
    ['null', 1],
    ['{"data": {}}', 1],
    ['[', 1],
    ['[{"a":1}\n', 2],
    ['[1,]', 1],
    ['[,1]', 1],
    ['[}]', 1],
    ['[1] x', 1],
    ['{"data": [1]', 1],
    [`[\n"${'x'.repeat(1000)}"]`, 2],
  ])('refuses %j, and tells the line', (text, line) => {
    const error = (() => {
      try {
        return cut(text, 7);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(JsonShapeError);
    expect(error).toMatchObject({ line });
  });
});

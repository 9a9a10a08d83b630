import fc from 'fast-check';
import { type Cursor, readCursor, writeCursor } from './cursor.rules.js';

const aValue = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'binary' }),
  fc.maxSafeInteger(),
  fc.date({ noInvalidDate: true }),
);
const aCursor: fc.Arbitrary<Cursor> = fc.record({
  order: fc.string({ unit: 'binary' }),
  isBefore: fc.boolean(),
  values: fc.array(aValue, { minLength: 1, maxLength: 4 }),
});

describe('cursors', () => {
  it('are read as they were written, and fit an address', () => {
    fc.assert(
      fc.property(aCursor, (cursor) => {
        const text = writeCursor(cursor);
        expect(text).toMatch(/^[\w-]+$/);
        expect(readCursor(text, cursor.order, cursor.values.length)).toEqual(cursor);
      }),
    );
  });

  it('are none in another order, or with another number of columns', () => {
    const cursor = { order: '-name,id', isBefore: false, values: ['a', 1] };
    const text = writeCursor(cursor);
    expect(readCursor(text, 'name,id', 2)).toBeNull();
    expect(readCursor(text, '-name,id', 1)).toBeNull();
    expect(readCursor(text, '-name,id', 3)).toBeNull();
  });

  it('are read from no other text, whatever it is', () => {
    const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const others = fc.oneof(fc.string(), fc.json(), fc.jsonValue().map(encoded));
    fc.assert(
      fc.property(others, (text) => {
        expect(readCursor(text, 'name,id', 2)).toBeNull();
      }),
    );
  });
});

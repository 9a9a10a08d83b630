import Database from 'better-sqlite3';
import fc from 'fast-check';
import { behind, type Direction } from './keyset.rules.js';

const COLUMNS = ['a', 'b', 'c'].map((sql) => ({ sql, isNullable: sql !== 'c' }));

const aRow = fc.tuple(
  fc.option(fc.integer({ min: 0, max: 2 })),
  fc.option(fc.integer({ min: 0, max: 2 })),
);

describe('what is behind a place in an order', () => {
  it('is every row after it, and no other, with NULL where the database sorts it to', () => {
    const database = new Database(':memory:');
    database.exec('CREATE TABLE rows (a INTEGER, b INTEGER, c INTEGER NOT NULL)');
    const directions = fc.constantFrom<Direction>('ASC', 'DESC');
    fc.assert(
      fc.property(fc.array(aRow, { maxLength: 10 }), directions, (rows, direction) => {
        database.exec('DELETE FROM rows');
        const insert = database.prepare('INSERT INTO rows VALUES (?, ?, ?)');
        for (const [index, [a, b]] of rows.entries()) insert.run(a, b, index);
        const order = COLUMNS.map(({ sql }) => `${sql} ${direction}`).join(', ');
        const sorted = database
          .prepare<[], { a: number | null; b: number | null; c: number }>(
            `SELECT * FROM rows ORDER BY ${order}`,
          )
          .all();
        for (const [index, { a, b, c }] of sorted.entries()) {
          const { sql, parameters } = behind(COLUMNS, direction, [a, b, c]);
          const found = database
            .prepare(`SELECT * FROM rows WHERE ${sql} ORDER BY ${order}`)
            .all(parameters);
          expect(found).toEqual(sorted.slice(index + 1));
        }
      }),
    );
  });

  it('is nothing behind NULL as the last of all', () => {
    const [column] = COLUMNS;
    expect(behind(column ? [column] : [], 'DESC', [null])).toEqual({
      sql: '(1 = 0)',
      parameters: {},
    });
  });
});

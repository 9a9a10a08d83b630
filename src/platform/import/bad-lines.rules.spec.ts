import { BadLinesByReason } from './bad-lines.rules';
import type { RowProblem } from './import-row.entity';

const NAME: RowProblem = { field: 'name', message: 'vendor.error.nameEmpty' };
const CONTACT: RowProblem = { field: 'contact', message: 'vendor.error.contact' };
const twice = (line: number): RowProblem => {
  return { field: 'name', message: 'import.error.twice', params: { line } };
};

describe('bad rows by their reasons', () => {
  it('name every row of each', () => {
    const lines = new BadLinesByReason();
    const rows: [number, RowProblem[]][] = [
      [2, [NAME]],
      [3, [NAME, CONTACT]],
      [4, [NAME]],
      [7, [twice(2)]],
      [8, [twice(3)]],
      [11, [NAME]],
      [13, [NAME, NAME]],
    ];
    for (const [line, problems] of rows) lines.add({ line, problems });

    expect(lines.all()).toEqual([
      { ...NAME, lines: '2-4, 11, 13' },
      { ...CONTACT, lines: '3' },
      { field: 'name', message: 'import.error.twiceBefore', lines: '7-8' },
    ]);
  });

  it('take less than a megabyte for a hundred thousand rows, none next to another', () => {
    const lines = new BadLinesByReason();
    for (let line = 2; line <= 200_000; line += 2) lines.add({ line, problems: [NAME] });
    expect(lines.all().map((reason) => reason.lines.length < 1_000_000)).toEqual([true]);
  });
});

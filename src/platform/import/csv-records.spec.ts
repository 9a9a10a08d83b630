import { csvRecords } from './csv-records';
import { FileText } from './import-file';

const COLUMNS = ['name', 'contact', 'comments'];

async function read(text: string | Buffer, pieceLength = 5) {
  const bytes = Buffer.from(text as string);
  async function* pieces() {
    for (let start = 0; start < bytes.length; start += pieceLength) {
      yield await Promise.resolve(bytes.subarray(start, start + pieceLength));
    }
  }
  const found = [];
  for await (const record of csvRecords(new FileText(pieces()), COLUMNS, 'name'))
    found.push(record);
  return found;
}

describe('a CSV file', () => {
  it.each(['\n', '\r\n', '\r'])(
    'may have the line end %j, and tells each row’s line',
    async (end) => {
      const lines = ['name,contact', 'A,"x', 'y"', '', 'B,"""q"", z"', ''];
      expect(await read(lines.join(end))).toEqual([
        { line: 2, values: { name: 'A', contact: `x${end}y` } },
        { line: 5, values: { name: 'B', contact: '"q", z' } },
      ]);
    },
  );

  it('may mix them, begin with a byte order mark, and end without one', async () => {
    expect(await read('\ufeffname,contact\r\nÄ,1\nB,2', 1)).toEqual([
      { line: 2, values: { name: 'Ä', contact: '1' } },
      { line: 3, values: { name: 'B', contact: '2' } },
    ]);
  });

  it('may have the empty rows and columns that spreadsheets save', async () => {
    expect(await read('name,contact,,\r\nA,1,,\r\n,,,\r\nB,,,\r\n')).toEqual([
      { line: 2, values: { name: 'A', contact: '1' } },
      { line: 4, values: { name: 'B', contact: '' } },
    ]);
    expect(await read('name,\nA,x\n')).toEqual([{ line: 2, values: null }]);
  });

  it.each([';', '\t'])('may be set apart by %j', async (mark) => {
    const text = `Comments${mark}NAME\n"a,b"${mark}A\n`;
    expect(await read(text)).toEqual([{ line: 2, values: { comments: 'a,b', name: 'A' } }]);
  });

  it('gives defused text as it was', async () => {
    const [row] = await read("name,contact\n'=1,'a'\n");
    expect(row?.values).toEqual({ name: '=1', contact: "'a'" });
  });

  it('tells of a row with other cells than the first line', async () => {
    expect(await read('name,contact\nA\nB,1\nC,1,2\n')).toEqual([
      { line: 2, values: null },
      { line: 3, values: { name: 'B', contact: '1' } },
      { line: 4, values: null },
    ]);
  });

  it('tells the line where a row begins that cannot be read', async () => {
    await expect(read('name\r\n"A\r\nA"\r\n"B\r\nC\r\n')).rejects.toMatchObject({
      details: { fields: [{ message: 'import.error.quotes', params: { line: 4 } }] },
    });
  });

  it.each([
    ['', 'empty'],
    ['\n\n', 'empty'],
    ['name,nmae\n', 'column'],
    ['contact\nx\n', 'columnMissing'],
    ['name,Name\n', 'columnTwice'],
    ['name\nA\n"B\nC\n', 'quotes'],
    ['name\nA "x"\n', 'quotes'],
    ['name\n"A"x\n', 'quotes'],
    [`name\n"${'x'.repeat(300_000)}"\n`, 'longRow'],
    [Buffer.from('name\nK\xe4se\n', 'latin1'), 'encoding'],
    [Buffer.from('\ufeffname\n', 'utf16le'), 'encoding'],
  ])('refuses %p: %s', async (text, reason) => {
    await expect(read(text, 4096)).rejects.toMatchObject({
      details: { fields: [{ field: 'file', message: `import.error.${reason}` }] },
    });
  });
});

import { csvRow } from './csv-row.js';

describe('a row of CSV', () => {
  it.each([
    [['a', 1, null, ''], 'a,1,,\r\n'],
    [['a,b', 'say "x"', 'two\r\nlines', ' edge '], '"a,b","say ""x""","two\r\nlines"," edge "\r\n'],
    [['=1+1', '+1', '-1', '@SUM(A1)'], "'=1+1,'+1,'-1,'@SUM(A1)\r\n"],
  ] as [(string | number | null)[], string][])('%j', (cells, row) => {
    expect(csvRow(cells)).toBe(row);
  });

  it('defuses what a tab, a line end or a quote would hide', () => {
    expect(csvRow(['\t=1'])).toBe("'\t'=1\r\n");
    expect(csvRow(['\r=1'])).toBe('"\'\r=1"\r\n');
    expect(csvRow(['=HYPERLINK("http://evil.example","x")'])).toBe(
      '"\'=HYPERLINK(""http://evil.example"",""x"")"\r\n',
    );
  });

  it('leaves a negative number a number', () => {
    expect(csvRow([-5])).toBe('-5\r\n');
  });
});

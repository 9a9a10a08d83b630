import { listCsv } from './list-csv.js';

interface Row {
  text: string;
  at: Date | null;
  n: number | null;
  is: boolean;
}

async function* batches(): AsyncGenerator<Row[]> {
  await Promise.resolve();
  yield [{ text: '=1+1', at: new Date('2026-11-26T07:00:00.120Z'), n: 1.5, is: true }];
  yield [];
  yield [{ text: 'a,"b"\nc', at: null, n: null, is: false }];
}

describe('a list as a CSV file', () => {
  it('has a head, plain values, and no formula', async () => {
    const { name, type, text } = listCsv(
      'oju-x',
      { text: ({ text }) => text, at: ({ at }) => at, n: ({ n }) => n, is: ({ is }) => is },
      batches(),
    );
    let all = '';
    for await (const piece of text) all += piece;
    expect({ name, type }).toEqual({ name: 'oju-x.csv', type: 'text/csv' });
    expect(all).toBe(
      'text,at,n,is\r\n' +
        "'=1+1,2026-11-26T07:00:00.120Z,1.5,true\r\n" +
        '"a,""b""\nc",,,false\r\n',
    );
  });
});

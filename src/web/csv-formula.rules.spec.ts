import fc from 'fast-check';
import { asItWas, defused } from './csv-formula.rules';

describe('text for spreadsheets', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['  =1', "'  =1"],
    ['\n=1', "'\n=1"],
    ['\tx', "'\tx"],
    ['＝1', "'＝1"],
    ["'=1", "''=1"],
    ["''=1", "'''=1"],
    ["'quoted'", "'quoted'"],
    ["'", "'"],
    ['a=1', 'a=1'],
    ['a;=1', "a;'=1"],
    ["a; '@x", "a; ''@x"],
    ['a; +49 30 1234; b', 'a; +49 30 1234; b'],
    ['a\t+1+x', "a\t'+1+x"],
    ['', ''],
  ])('%j is written as %j, and read as it was', (text, cell) => {
    expect(defused(text)).toBe(cell);
    expect(asItWas(cell)).toBe(text);
  });

  it('is never a formula, and never lost', () => {
    const hostile = fc.string({
      unit: fc.constantFrom(...Array.from('\'=+-@＝ \t\r\n,;"a1')),
      maxLength: 6,
    });
    fc.assert(
      fc.property(hostile, (text) => {
        expect(defused(text)).not.toMatch(/^(\s*[=+\-@＝＋－＠]|[\t\r])/);
        expect(defused(text)).not.toMatch(/[;\t]\s*[=@]/);
        expect(asItWas(defused(text))).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });
});

import { isEngineName, vendorNameComplaint } from './vendor-name.rules';

describe('a vendor’s name', () => {
  it.each([
    'Kaspersky',
    'kaspersky',
    'Káspersky',
    'Ka\u0301spersky',
    'Ｋａｓｐｅｒｓｋｙ',
    'a',
    'Dr.Web',
    'Trustwave  SpiderLabs',
    '<b>x</b>',
    'x'.repeat(255),
    '😀'.repeat(255),
    '\u200dx',
  ])('may be %s', (name) => {
    expect(vendorNameComplaint(name)).toBeNull();
    expect(isEngineName(name)).toBe(true);
  });

  it.each([
    ['', 'nameEmpty'],
    [' ', 'nameEmpty'],
    ['\t\n', 'nameEmpty'],
    ['\u200b\u202e', 'nameEmpty'],
    [' Kaspersky', 'nameSpace'],
    ['Kaspersky ', 'nameSpace'],
    ['Kaspersky\u00a0', 'nameSpace'],
    ['\ufeffKaspersky', 'nameSpace'],
    ['Kaspersky\n', 'nameSpace'],
    ['Kasp\nersky', 'nameControl'],
    ['Kasp\u0000ersky', 'nameControl'],
    ['Kasp\u0085ersky', 'nameControl'],
    ['Kaspersky\ud800', 'nameControl'],
    ['x'.repeat(256), 'nameLength'],
    ['😀'.repeat(256), 'nameLength'],
    [`${'x'.repeat(255)}\ufe0f`, 'nameLength'],
  ])('may not be %j: %s', (name, complaint) => {
    expect(vendorNameComplaint(name)).toBe(`vendor.error.${complaint}`);
  });
});

describe('an engine’s name', () => {
  it('is kept with the spaces that VirusTotal gave it', () => {
    expect(isEngineName('Kaspersky ')).toBe(true);
  });

  it.each(['', 'a\u0007', '\ud800', 'x'.repeat(256)])('cannot be kept: %j', (name) => {
    expect(isEngineName(name)).toBe(false);
  });
});

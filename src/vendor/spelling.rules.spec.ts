import { spellingPair } from './spelling.rules';

describe('two spellings', () => {
  it.each([
    ['GData', 'G-Data', ['G', '', 'Data', []], ['G', '-', 'Data', []]],
    ['Kаspersky', 'Kaspersky', ['K', 'а', 'spersky', ['U+0430']], ['K', 'a', 'spersky', []]],
    ['Quick  Heal', 'Quick Heal', ['Quick ', ' ', 'Heal', ['U+0020']], ['Quick ', '', 'Heal', []]],
    ['A\u200bB', 'AB', ['A', '\u200b', 'B', ['U+200B']], ['A', '', 'B', []]],
    ['Zerofox', 'ZeroFox', ['Zero', 'f', 'ox', []], ['Zero', 'F', 'ox', []]],
    ['aa', 'aaa', ['aa', '', '', []], ['aa', 'a', '', []]],
    ['😀a', '😁a', ['', '😀', 'a', ['U+1F600']], ['', '😁', 'a', ['U+1F601']]],
  ] as const)('part where they differ: %j and %j', (typed, meant, one, other) => {
    const pair = spellingPair(typed, meant);
    expect(Object.values(pair.typed)).toEqual(one);
    expect(Object.values(pair.meant)).toEqual(other);
  });
});

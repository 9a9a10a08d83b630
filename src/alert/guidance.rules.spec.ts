import fc from 'fast-check';
import { ENGINE_GROUPS } from './engine-groups.js';
import { guidance, type GuidingFlag } from './guidance.rules.js';

type Said = [engine: string, result?: string | null, category?: string];

function flags(...said: Said[]): GuidingFlag[] {
  return said.map(([engine, result = 'malware site', category = 'malicious']) => ({
    engine,
    result,
    category,
  }));
}

describe('guidance', () => {
  it.each<[string, Said[], string, string, number]>([
    ['nobody', [], 'none', 'no_flag', 0],
    ['one engine', [['Bkav']], 'false_positive', 'one_voice', 1],
    [
      'two that repeat each other',
      [['BitDefender'], ['G-Data']],
      'false_positive',
      'one_voice_of_several',
      1,
    ],
    ['a list that browsers ask', [['Google Safe Browsing']], 'unclear', 'browser_list', 1],
    ['it and another', [['Google Safebrowsing'], ['Bkav']], 'compromise', 'browser_list', 2],
    [
      'two that agree',
      [
        ['Sophos', 'phishing site'],
        ['ESET', 'Phishing'],
      ],
      'compromise',
      'several_agree',
      2,
    ],
    [
      'two that differ',
      [
        ['Sophos', 'phishing site'],
        ['ESET', 'spam'],
      ],
      'unclear',
      'several_differ',
      2,
    ],
    [
      'two that say what nobody knows',
      [
        ['Sophos', 'odd'],
        ['ESET', null],
      ],
      'unclear',
      'several_differ',
      2,
    ],
    [
      'two that are not sure',
      [
        ['Sophos', 'suspicious', 'suspicious'],
        ['ESET', 'suspicious', 'suspicious'],
      ],
      'unclear',
      'suspicious_only',
      2,
    ],
    [
      'four that say the same, whatever it is',
      [
        ['A', 'Fraud'],
        ['B', 'fraud'],
        ['C', 'fraud '],
        ['D', 'fraud'],
      ],
      'compromise',
      'several_agree',
      4,
    ],
    [
      'four that repeat each other with the same word',
      [
        ['URLhaus', 'fraud'],
        ['ZeusTracker', 'fraud'],
        ['Feodo Tracker', 'fraud'],
        ['Sophos', 'odd'],
      ],
      'unclear',
      'several_differ',
      2,
    ],
    [
      'six that are not sure',
      ['A', 'B', 'C', 'D', 'E', 'F'].map((engine): Said => [engine, 'phishing', 'suspicious']),
      'compromise',
      'many',
      6,
    ],
    [
      'five, whatever they say',
      [
        ['A', 'a'],
        ['B', 'b'],
        ['C', 'c'],
        ['D', 'd'],
        ['E', 'e'],
      ],
      'compromise',
      'many',
      5,
    ],
  ])('%s', (_what, said, verdict, reason, voices) => {
    expect(guidance(flags(...said))).toMatchObject({ verdict, reason, voices });
  });

  it('names those that were counted once', () => {
    const { repeated, voices } = guidance(flags(['G-Data'], ['Sophos'], ['BitDefender']));
    expect([voices, repeated]).toEqual([2, [['G-Data', 'BitDefender']]]);
  });

  it('compares names byte for byte', () => {
    expect(guidance(flags(['bitdefender'], ['G-Data'])).voices).toBe(2);
  });

  it('never counts more voices than engines, and one group once, in any order', () => {
    const names = [...ENGINE_GROUPS.flatMap(({ engines }) => engines), 'Sophos', 'ESET', 'Bkav'];
    fc.assert(
      fc.property(fc.shuffledSubarray(names), (engines) => {
        const { voices, engines: count } = guidance(flags(...engines.map((name): Said => [name])));
        const groups = ENGINE_GROUPS.filter((group) =>
          group.engines.some((engine) => engines.includes(engine)),
        ).length;
        const alone = engines.filter((name) => ['Sophos', 'ESET', 'Bkav'].includes(name)).length;
        expect(count).toBe(engines.length);
        expect(voices).toBe(groups + alone);
      }),
    );
  });

  it('has no engine in two groups', () => {
    const names = ENGINE_GROUPS.flatMap(({ engines }) => engines);
    expect(new Set(names).size).toBe(names.length);
  });
});

import { says } from '../../test/support/judging.js';
import { presentVerdicts } from './present-verdicts.rules.js';

const [OLD, MID, NEW, OTHER] = [1, 2, 3, 4];
const RENAMES = new Map([
  [OLD, MID],
  [MID, NEW],
]);

describe('verdicts by present names', () => {
  it.each<[what: string, said: [number, string][], expected: [number, string][]]>([
    ['an old name alone', [[OLD, 'malicious']], [[NEW, 'malicious']]],
    [
      'both, the present one last',
      [
        [OLD, 'malicious'],
        [NEW, 'harmless'],
      ],
      [[NEW, 'harmless']],
    ],
    [
      'both, the present one first',
      [
        [NEW, 'harmless'],
        [MID, 'malicious'],
      ],
      [[NEW, 'harmless']],
    ],
    [
      'a present name that timed out',
      [
        [NEW, 'timeout'],
        [OLD, 'malicious'],
      ],
      [[NEW, 'malicious']],
    ],
    [
      'the newest of the old ones',
      [
        [MID, 'undetected'],
        [OLD, 'malicious'],
      ],
      [[NEW, 'undetected']],
    ],
    [
      'none that answers',
      [
        [OLD, 'failure'],
        [NEW, 'timeout'],
      ],
      [[NEW, 'timeout']],
    ],
    [
      'nobody who was renamed',
      [
        [OTHER, 'malicious'],
        [NEW, 'harmless'],
      ],
      [
        [OTHER, 'malicious'],
        [NEW, 'harmless'],
      ],
    ],
  ])('%s', (_, said, expected) => {
    const verdicts = said.map(([engine, category]) => says(engine, category));
    expect(presentVerdicts(verdicts, RENAMES)).toEqual(
      expected.map(([engine, category]) => says(engine, category)),
    );
  });
});

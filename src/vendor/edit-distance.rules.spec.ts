import { isWithinEdits } from './edit-distance.rules';

describe('edits between two texts', () => {
  it.each([
    ['kaspersky', 'kaspersky', 0],
    ['kasperksy', 'kaspersky', 1],
    ['kasperky', 'kaspersky', 1],
    ['kaspersskyy', 'kaspersky', 2],
    ['gasberski', 'kaspersky', 3],
    ['ab', 'ba', 1],
    ['', 'a', 1],
    ['abcdef', 'badcfe', 3],
    ['cyren', 'cyradar', 4],
  ])('%s and %s: %i', (one, other, edits) => {
    for (const most of [0, 1, 2]) {
      expect(isWithinEdits(one, other, most)).toBe(edits <= most);
      expect(isWithinEdits(other, one, most)).toBe(edits <= most);
    }
  });
});

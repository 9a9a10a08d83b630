import fc from 'fast-check';
import {
  answeredEngines,
  countVerdicts,
  isAnswer,
  isClearing,
  isConclusive,
  isFlagging,
} from './verdict.rules.js';

describe('categories', () => {
  it.each([
    ['malicious', true, false],
    ['suspicious', true, false],
    ['harmless', false, true],
    ['undetected', false, true],
    ['timeout', false, false],
    ['confirmed-timeout', false, false],
    ['failure', false, false],
    ['type-unsupported', false, false],
    ['phishing', false, false],
    ['Malicious', false, false],
    ['clean', false, false],
    ['', false, false],
  ])('"%s" flags: %s, clears: %s', (category, flags, clears) => {
    expect(isFlagging(category)).toBe(flags);
    expect(isClearing(category)).toBe(clears);
    expect(isAnswer(category)).toBe(flags || clears);
  });

  it('never both flags and clears', () => {
    fc.assert(
      fc.property(fc.string(), (category) => !(isFlagging(category) && isClearing(category))),
    );
  });
});

describe('countVerdicts', () => {
  it('recounts from the verdicts, and puts what says nothing apart', () => {
    const categories = ['malicious', 'suspicious', 'harmless', 'harmless', 'undetected'];
    const silent = ['timeout', 'failure', 'new-category'];
    const counts = countVerdicts([...categories, ...silent].map((category) => ({ category })));
    expect(counts).toEqual({
      malicious: 1,
      suspicious: 1,
      harmless: 2,
      undetected: 1,
      unanswered: 3,
    });
    expect(answeredEngines(counts)).toBe(5);
  });

  it('counts nothing in nothing', () => {
    expect(answeredEngines(countVerdicts([]))).toBe(0);
  });
});

describe('isConclusive', () => {
  it.each([
    [0, null, false],
    [19, null, false],
    [20, null, true],
    [20, 40, true],
    [20, 41, false],
    [19, 20, false],
    [45, 90, true],
    [44, 90, false],
    [46, 91, true],
    [45, 91, false],
    [95, 20, true],
  ])('%d answers after %s in the last conclusive scan: %s', (answered, last, expected) => {
    expect(isConclusive(answered, last)).toBe(expected);
  });
});

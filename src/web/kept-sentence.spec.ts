import { keptSentence, readSentence } from './kept-sentence.js';

describe('a sentence that is kept', () => {
  it('is read in whatever language', () => {
    const kept = keptSentence('channel.delivery.broken', { host: '127.0.0.1', status: 500 });
    expect(readSentence(kept, 'en')).toBe('127.0.0.1 answered with a server error (500).');
    expect(readSentence(kept, 'fr')).toBe('127.0.0.1 a répondu par une erreur de serveur (500).');
  });

  it('is English text where it would be too long for its column', () => {
    const host = `${'a'.repeat(970)}.example`;
    const kept = keptSentence('channel.delivery.broken', { host, status: 500 });
    expect(kept).toMatch(/^aaa/);
    expect(kept.length).toBeLessThanOrEqual(1000);
  });

  it.each([
    '127.0.0.1 was shut.',
    '',
    '{"key":',
    '{"key":"no.such.string","params":{}}',
    '{"key":7}',
  ])('was none, and is given as it is: %p', (text) => {
    expect(readSentence(text, 'fr')).toBe(text);
  });
});

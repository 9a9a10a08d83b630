import { writtenActor } from './actor-text.js';
import { writeFor } from './reader.js';
import { tokenActor } from './token-actor.js';

describe('who did something', () => {
  it.each([
    ['en', 'token SIEM'],
    ['fr', 'jeton SIEM'],
  ] as const)('is written in %s, where it was a token', (language, expected) => {
    const write = () => writtenActor(tokenActor('SIEM'));
    expect(writeFor({ language, timeZone: 'UTC' }, write)).toBe(expected);
  });

  it('is left as it is, where it was a person', () => {
    expect(writtenActor('token@example.org')).toBe('token@example.org');
  });
});

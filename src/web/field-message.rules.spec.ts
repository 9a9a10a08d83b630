import { asSentence, isFragment } from './field-message.rules.js';

describe('a message of a field', () => {
  it.each([
    ['takes a whole number from 1 to 7', true, 'Takes a whole number from 1 to 7.'],
    ['à choisir parmi 1 et 7', true, 'À choisir parmi 1 et 7.'],
    ['takes one: this is taken.', true, 'Takes one: this is taken.'],
    ['Choose at least one alert.', false, 'Choose at least one alert.'],
    ['', false, ''],
  ])('%p needs its field’s name: %p; beneath the field it is %p', (message, is, sentence) => {
    expect(isFragment(message)).toBe(is);
    expect(asSentence(message)).toBe(sentence);
  });
});

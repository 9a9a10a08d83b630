import { en } from './strings/en.js';
import { fr } from './strings/fr.js';
import type { StringKey } from './strings/string-key.js';
import { translator } from './translator.js';

/** Every key with its text, as i18next is asked for it: a plural by the key that its forms share. */
function entries(section: object, path = ''): [string, string][] {
  return Object.entries(section).flatMap(([name, value]: [string, unknown]) => {
    const key = path ? `${path}.${name}` : name;
    return typeof value === 'string'
      ? [[key.replace(/_(one|many|other)$/, ''), value]]
      : entries(value as object, key);
  });
}

const placeholdersOf = (text: string) =>
  [...text.matchAll(/\{\{\s*(.*?)\s*\}\}/g)].map(([, name = '']) => name);

describe('translator', () => {
  const t = translator();

  it('turns a key into text', () => {
    expect(t('menu.platforms')).toBe('Platforms');
  });

  it('puts in what placeholders stand for, and escapes nothing: that is the view engine', () => {
    expect(t('app.signedInAs', { email: '<b>&"' })).toBe('Signed in as <b>&"');
  });

  it('takes what was put in for text, and not for a placeholder or a reference', () => {
    const email = '{{email}} $t(menu.platforms) $1';
    expect(t('app.signedInAs', { email })).toBe(`Signed in as ${email}`);
  });

  it.each([
    [1, '1 in all'],
    [2, '2 in all'],
  ])('picks the plural form for %i', (count, text) => {
    expect(t('app.total', { count })).toBe(text);
  });

  it.each(['menu.nothing', '', 'constructor', '__proto__'])(
    'throws on the key "%s", which is none',
    (key) => {
      expect(() => t(key as StringKey)).toThrow(`has no string "${key}"`);
    },
  );

  it.each(['menu', 'integration.form', 'scan'])(
    'throws on the key "%s", which names a section',
    (key) => {
      expect(() => t(key as StringKey)).toThrow(`has no string "${key}"`);
      expect(() => t(key as StringKey, { count: 2 })).toThrow(`has no string "${key}"`);
    },
  );

  it('speaks English to those whose language there is not', () => {
    expect(translator('de-AT')('menu.platforms')).toBe('Platforms');
  });

  it.each([
    ['en', 15_500, '15,500 in all'],
    ['fr', 15_500, '15\u202f500 au total'],
    ['fr', 0, '0 au total'],
    ['fr', 2_000_000, '2\u202f000\u202f000 au total'],
  ])('writes numbers as %s has them: %i', (language, count, text) => {
    expect(translator(language)('app.total', { count })).toBe(text);
  });

  it.each([
    [1, 'Ajouter 1 plateforme'],
    [3, 'Ajouter 3 plateformes'],
    [1_000_000, 'Ajouter 1\u202f000\u202f000 de plateformes'],
  ])('picks the French plural form for %i', (count, text) => {
    expect(translator('fr')('import.urls.apply', { count })).toBe(text);
  });

  describe.each([
    ['en', en],
    ['fr', fr],
  ])('in %s', (language, strings) => {
    it.each(entries(strings))('has text for %s without a placeholder left', (key, text) => {
      const params = Object.fromEntries(placeholdersOf(text).map((name) => [name, 7]));
      const count = text.includes('{{count}}') ? 7 : 1;
      const told = translator(language)(key as StringKey, { ...params, count });
      expect(told.trim()).not.toBe('');
      expect(told).not.toMatch(/\{\{|\$t\(/);
    });
  });
});

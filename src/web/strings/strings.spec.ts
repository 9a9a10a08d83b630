import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { APP_ROOT } from '../../config/app-root.js';
import { en } from './en.js';
import { fr } from './fr.js';

const PLURAL = /_(one|many|other)$/;

/** Every key of a file with its text, plural forms by their own keys. */
function entries(section: object, path = ''): [string, string][] {
  return Object.entries(section).flatMap(([name, value]: [string, unknown]) => {
    const key = path ? `${path}.${name}` : name;
    return typeof value === 'string'
      ? [[key, value] as [string, string]]
      : entries(value as object, key);
  });
}

const english = new Map(entries(en));
const french = new Map(entries(fr));
const baseOf = (key: string) => key.replace(PLURAL, '');
const placeholdersOf = (text: string) =>
  [...text.matchAll(/\{\{\s*(.*?)\s*\}\}/g)].map(([, name = '']) => name).sort();

/** Sections that are asked for by the type of an event, which has a dot in it. */
const BY_EVENT = ['channel.type', 'told.headline', 'told.about'];

/** What the code may ask for: keys that it writes out, and patterns of those that it puts together. */
function asked(): { keys: Set<string>; patterns: RegExp[] } {
  const text = sources().join('\n');
  const keys = new Set(
    [...text.matchAll(/['"`]([A-Za-z]\w*(?:\.[\w-]+)+)['"`]/g)].map(([, k = '']) => k),
  );
  const put = [
    // `alert.state.${state}`, `import.${kind}.title`; `alert.${section}.…` is that of wordOf below.
    ...[...text.matchAll(/`([a-z]\w*\.(?:[\w.-]|\$\{[^`{}]*\})*)`/g)]
      .map(([, key = '']) => key)
      .filter((key) => key.includes('${') && !key.includes('${section}')),
    // {{t_of 'alert.state' state}}, word_of
    ...[...text.matchAll(/(?:t_of|word_of) '([\w.]+)'/g)].map(
      ([, section = '']) => `${section}.\${}`,
    ),
    // wordOf('state', data.from), of a timeline.
    ...[...text.matchAll(/wordOf\('(\w+)'/g)].map(([, section = '']) => `alert.${section}.\${}`),
  ];
  const byEvent = BY_EVENT.filter((section) => text.includes(section));
  put.push(...byEvent.map((section) => `${section}.\${}.\${}`));
  const patterns = put.map((key) => {
    const parts = key.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.'));
    return new RegExp(`^${parts.join('[\\w-]+')}$`);
  });
  return { keys, patterns };
}

/** The code and the views, but for the strings themselves and for tests. */
function sources(): string[] {
  return ['src', 'views'].flatMap((folder) =>
    readdirSync(join(APP_ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && ['.ts', '.hbs'].includes(extname(entry.name)))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.endsWith('.spec.ts'))
      .filter((path) => !relative(APP_ROOT, path).startsWith(join('src', 'web', 'strings')))
      .map((path) => readFileSync(path, 'utf8')),
  );
}

describe('the files of strings', () => {
  it('have the same keys in each language', () => {
    expect([...new Set([...french.keys()].map(baseOf))].sort()).toEqual(
      [...new Set([...english.keys()].map(baseOf))].sort(),
    );
  });

  it.each([
    ['English', 'en', english],
    ['French', 'fr', french],
  ])('have each plural form that %s has, and no other', (_name, language, strings) => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const keys = [...strings.keys()].filter((key) => PLURAL.test(key));
    for (const key of new Set(keys.map(baseOf))) {
      const plurals = keys.filter((plural) => baseOf(plural) === key);
      expect(plurals.sort()).toEqual([...forms].map((form) => `${key}_${form}`).sort());
      expect(strings.has(key)).toBe(false);
    }
  });

  it('have the same placeholders in each language', () => {
    const named = (strings: Map<string, string>) =>
      Object.fromEntries(
        [...strings]
          // The form of one thing may leave out how many.
          .filter(([key]) => !/_(one|many)$/.test(key))
          .map(([key, text]) => [key, [...new Set(placeholdersOf(text))]]),
      );
    expect(named(french)).toEqual(named(english));
  });

  it.each([
    ['English', english],
    ['French', french],
  ])('put nothing into one plural form in %s that the others lack', (_name, strings) => {
    for (const [key, text] of strings) {
      if (!/_(one|many)$/.test(key)) continue;
      const other = placeholdersOf(strings.get(`${baseOf(key)}_other`) ?? '');
      expect(other).toEqual(expect.arrayContaining(placeholdersOf(text)));
    }
  });

  it('have no key that nothing asks for', () => {
    const { keys, patterns } = asked();
    const unused = [...new Set([...english.keys()].map(baseOf))].filter(
      (key) => !keys.has(key) && !patterns.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });

  it('break no French line before a colon, a mark of exclamation, or the end of a quotation', () => {
    const loose = [...french].filter(([, text]) => / [:;!?»%]|« |\d \d{3}/.test(text));
    expect(loose).toEqual([]);
  });
});

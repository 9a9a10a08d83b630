import { mailtoHref } from './mailto.rules.js';
import { LETTER_LANGUAGES, oneLine, vendorLetter } from './vendor-letter.js';

const FACTS = {
  url: 'https://shop.example.org/Login?a=1',
  engine: 'Kaspersky',
  category: 'malicious',
  result: 'phishing site',
  firstSeenAt: new Date('2026-11-20T23:59:00Z'),
  lastSeenAt: new Date('2026-11-26T00:01:00Z'),
  virusTotalHref: 'https://www.virustotal.com/gui/url/abc',
  platformName: 'Shop',
};

describe('The text to a vendor', () => {
  it('says in English what is flagged, by whom, since when, and what the site is', () => {
    const { subject, text } = vendorLetter(FACTS, 'en');
    expect(subject).toBe(
      'Please review a detection: https://shop.example.org/Login?a=1 (Kaspersky)',
    );
    for (const line of [
      'To the Kaspersky team,',
      'URL: https://shop.example.org/Login?a=1',
      'Category: malicious',
      'Result: phishing site',
      'Flagged since: 20 November 2026',
      'Last seen: 26 November 2026',
      'VirusTotal: https://www.virustotal.com/gui/url/abc',
      'About the site: Shop',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('says the same in French', () => {
    const { subject, text } = vendorLetter(FACTS, 'fr');
    expect(subject).toContain('réexamen');
    for (const line of [
      'À l’équipe Kaspersky,',
      'URL : https://shop.example.org/Login?a=1',
      'Catégorie : malveillante (malicious)',
      'Résultat : phishing site',
      'Signalée depuis le : 20 novembre 2026',
      'À propos du site : Shop',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it.each(LETTER_LANGUAGES)('leaves out what is not known (%s)', (language) => {
    const bare = { ...FACTS, result: null, virusTotalHref: null };
    const { text } = vendorLetter(bare, language);
    expect(text).not.toMatch(/VirusTotal ?: |R[ée]sult|null|undefined|\{/);
    expect(text).toContain('Shop');
  });

  it.each(LETTER_LANGUAGES)('fits into a mailto address (%s)', (language) => {
    const { subject, text } = vendorLetter(
      { ...FACTS, virusTotalHref: `https://www.virustotal.com/gui/url/${'a'.repeat(64)}` },
      language,
    );
    expect(mailtoHref('mailto:fp@vendor.example', subject, text).isWhole).toBe(true);
  });

  it.each(LETTER_LANGUAGES)('takes hostile words as words, on their own line (%s)', (language) => {
    const plain = vendorLetter(FACTS, language);
    const hostile = {
      ...FACTS,
      engine: 'Evil\r\nBcc: all@evil.example',
      result: '<b>x</b>\r\n\r\nDear customer,\u2028pay\u202egro.live\u2066\u0000{url}',
      platformName: `A\nB${'é'.repeat(400)}`,
    };
    const { subject, text } = vendorLetter(hostile, language);
    expect(subject).not.toMatch(/[\r\n]/);
    expect(text.split(/\r|\n|\u2028/)).toHaveLength(plain.text.split('\n').length);
    expect(text).toContain('<b>x</b> Dear customer, paygro.live {url}');
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]|(?!\n)\p{Cc}/u);
    expect(text).toContain(`A B${'é'.repeat(196)}…`);
  });

  it('cuts foreign text by characters, not within one', () => {
    expect(oneLine('😀'.repeat(5), 3)).toBe('😀😀…');
    expect(oneLine('\ud83d', 3)).toBe('\ufffd');
  });
});

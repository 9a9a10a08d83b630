/** The languages that a text to a vendor is written in. */
export const LETTER_LANGUAGES = ['en', 'fr'] as const;
export type LetterLanguage = (typeof LETTER_LANGUAGES)[number];

/** What a text to a vendor tells, as it stands in the database: hostile as ever. */
export interface LetterFacts {
  /** As typed. */
  url: string;
  engine: string;
  category: string;
  result: string | null;
  firstSeenAt: Date;
  lastSeenAt: Date;
  /** VirusTotal's page on the URL; null while its id of the URL is not known. */
  virusTotalHref: string | null;
  platformName: string;
}

/** A text to a vendor. */
export interface Letter {
  /** One line. */
  subject: string;
  /** Lines end in `\n`. */
  text: string;
}

/** In characters; what is longer is cut. */
const LONGEST_RESULT = 200;
const LONGEST_NAME = 200;
const LONGEST_SUBJECT_URL = 100;

const WORDS = {
  en: {
    subject: 'Please review a detection: {url} ({engine})',
    greeting: 'To the {engine} team,',
    request:
      'Your engine flags a web address that we run. We know of nothing harmful there, and ask you to review it.',
    url: 'URL',
    engine: 'Engine, as VirusTotal names it',
    category: 'Category',
    result: 'Result',
    firstSeenAt: 'Flagged since',
    lastSeenAt: 'Last seen',
    virusTotal: 'VirusTotal',
    site: 'About the site',
    end: 'If the site is harmless, please remove the detection and let us know. If it is not, please tell us what you found, so that we can put it right.',
    regards: 'Kind regards',
    colon: ': ',
    category_malicious: 'malicious',
    category_suspicious: 'suspicious',
  },
  fr: {
    subject: 'Demande de réexamen d’une détection : {url} ({engine})',
    greeting: 'À l’équipe {engine},',
    request:
      'Votre moteur signale une adresse web dont nous sommes responsables. Nous n’y connaissons rien de nuisible et vous demandons de la réexaminer.',
    url: 'URL',
    engine: 'Moteur, tel que VirusTotal le nomme',
    category: 'Catégorie',
    result: 'Résultat',
    firstSeenAt: 'Signalée depuis le',
    lastSeenAt: 'Vue pour la dernière fois le',
    virusTotal: 'VirusTotal',
    site: 'À propos du site',
    end: 'Si le site est inoffensif, merci de retirer la détection et de nous en informer. Sinon, merci de nous indiquer ce que vous avez trouvé, afin que nous puissions y remédier.',
    regards: 'Cordialement',
    colon: ' : ',
    category_malicious: 'malveillante (malicious)',
    category_suspicious: 'suspecte (suspicious)',
  },
} as const;

/** The text that asks a vendor to look at its flag again; to be read and edited before it is sent. */
export function vendorLetter(facts: LetterFacts, language: LetterLanguage): Letter {
  const words = WORDS[language];
  const engine = oneLine(facts.engine, LONGEST_NAME);
  const url = oneLine(facts.url);
  const day = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'fr-FR', {
    dateStyle: 'long',
    timeZone: 'UTC',
  });
  const result = oneLine(facts.result ?? '', LONGEST_RESULT);
  const rows: [string, string][] = [
    [words.url, url],
    [words.engine, engine],
    [words.category, categoryWord(facts.category, words)],
    [words.result, result],
    [words.firstSeenAt, day.format(facts.firstSeenAt)],
    [words.lastSeenAt, day.format(facts.lastSeenAt)],
    [words.virusTotal, facts.virusTotalHref ?? ''],
    // Its notes are for those who use Oju.
    [words.site, oneLine(facts.platformName, LONGEST_NAME)],
  ];
  const lines = rows
    .filter(([, value]) => value !== '')
    .map(([label, value]) => `${label}${words.colon}${value}`);
  return {
    subject: fill(words.subject, { url: shortened(url, LONGEST_SUBJECT_URL), engine }),
    text: [
      fill(words.greeting, { engine }),
      words.request,
      lines.join('\n'),
      words.end,
      words.regards,
    ].join('\n\n'),
  };
}

/**
 * Foreign text as a part of one line: no line breaks or other control characters, and nothing that
 * turns the direction of what follows or is invisible.
 */
export function oneLine(text: string, longest = Number.POSITIVE_INFINITY): string {
  const line = text
    .toWellFormed()
    .replace(/[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, '')
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .trim();
  return shortened(line, longest);
}

function shortened(text: string, longest: number): string {
  const characters = Array.from(text);
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : text;
}

function categoryWord(category: string, words: (typeof WORDS)[LetterLanguage]): string {
  if (category === 'malicious') return words.category_malicious;
  return category === 'suspicious' ? words.category_suspicious : oneLine(category);
}

/** In one pass: what is filled in is not looked through again. */
function fill(template: string, values: Record<string, string>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}

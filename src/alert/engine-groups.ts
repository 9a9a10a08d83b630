/** Engines that are one voice. */
export interface EngineGroup {
  /** By their exact names. */
  engines: readonly string[];
  /** Why, for docs/alerts.md. */
  why: string;
  /** Where that is said; null where the names themselves say it. */
  source: string | null;
}

/**
 * Engines that are known to repeat each other, or are one company's: what two of them say is said
 * once. Only what a source supports; docs/alerts.md has the same list with its sources.
 */
export const ENGINE_GROUPS: readonly EngineGroup[] = [
  {
    engines: ['BitDefender', 'G-Data'],
    why: 'G-Data flags what BitDefender has put on its list of sites',
    source: 'https://github.com/OspreyProject/Osprey/issues/1',
  },
  {
    engines: ['URLhaus', 'Feodo Tracker', 'ZeusTracker'],
    why: 'all are projects of abuse.ch',
    source: 'https://abuse.ch/blog/moving-forward/',
  },
  {
    engines: ['PhishLabs', 'Fortra'],
    why: "PhishLabs is Fortra's",
    source: 'https://www.phishlabs.com/blog',
  },
  {
    engines: ['Comodo Site Inspector', 'Comodo Valkyrie Verdict', 'Xcitium Verdict Cloud'],
    why: "Valkyrie, Comodo's verdict service, is Xcitium's",
    source: 'https://enterprise.xcitium.com/cloud-based-sandboxing/',
  },
  {
    engines: ['AegisLab WebGuard', 'Lionic'],
    why: 'AegisLab was renamed Lionic',
    source: 'https://github.com/yaronelh/False-Positive-Center/pull/18',
  },
  {
    engines: ['Google Safebrowsing', 'Google Safe Browsing'],
    why: 'two spellings of one name',
    source: null,
  },
  { engines: ['Zerofox', 'ZeroFox'], why: 'two spellings of one name', source: null },
  {
    engines: ['AICC (MONITORAPP)', 'AILabs (MONITORAPP)'],
    why: 'both are MONITORAPP’s by their names',
    source: null,
  },
  {
    engines: ['ESTsecurity-Threat Inside', 'ESTsecurity'],
    why: 'both are ESTsecurity’s by their names',
    source: null,
  },
];

/**
 * Engines whose word alone stops visitors: the lists that browsers ask. One of them is never taken
 * for a small one.
 */
export const BROWSER_ENGINES: readonly string[] = ['Google Safebrowsing', 'Google Safe Browsing'];

import { plainForm } from './look-alike.rules.js';

/**
 * Engines by names that no spelling leads to: what they were called before, and what public lists
 * of vendors call them. From recorded answers of VirusTotal of 2019 to 2026 and the catalogue's
 * comments; a succession that is only likely is not among them.
 */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  'AILabs (MONITORAPP)': ['AICC (MONITORAPP)', 'AILabs'],
  'Antiy-AVL': ['Antiy'],
  Avira: ['Antivir (Avira)'],
  'Bfore.Ai PreCrime': ['BforeAi'],
  'CINS Army': ['CINS Army (Sentinel IPS)'],
  'CMC Threat Intelligence': ['CMC'],
  'Criminal IP': ['Criminal IP (AI Spera)'],
  Cyan: ['CyanSecurity'],
  ESTsecurity: ['ESTsecurity-Threat Inside', 'ALYac (ESTsecurity)', 'ALYac (Estsoft)'],
  Fortra: ['PhishLabs'],
  'Google Safe Browsing': ['Google Safebrowsing'],
  'Heimdal Security': ['Heimdal'],
  K7AntiVirus: ['K7'],
  Lionic: ['AegisLab WebGuard'],
  'malwares.com URL checker': ['Malwares.com (Saint Security)'],
  'Sucuri SiteCheck': ['Sucuri'],
  'Virusdie External Site Scan': ['VirusDie'],
  'Xcitium Verdict Cloud': ['Comodo Valkyrie Verdict', 'Comodo Site Inspector'],
  ZeroFox: ['Zerofox'],
};

const ENGINE_OF = new Map(
  Object.entries(OTHER_NAMES).flatMap(([engine, names]) =>
    names.map((name) => [plainForm(name), engine] as const),
  ),
);

/** The engine that is known to have had that name, or to be listed by it; null if none is. */
export function engineOfOtherName(name: string): string | null {
  return ENGINE_OF.get(plainForm(name)) ?? null;
}

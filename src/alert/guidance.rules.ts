import { BROWSER_ENGINES, ENGINE_GROUPS } from './engine-groups.js';

/** A flag that counts now. */
export interface GuidingFlag {
  engine: string;
  category: string;
  result: string | null;
}

/** What engines call a site, as far as their free text can be told apart. */
type ResultFamily = 'phishing' | 'malware' | 'spam' | 'other';

/**
 * What the flags of an alert point to. It advises a person and decides nothing: results are free
 * text, and who is right is known only after a look at the site.
 */
export interface Guidance {
  verdict: 'none' | 'false_positive' | 'compromise' | 'unclear';
  /** Why, by a string of the language file. */
  reason:
    | 'no_flag'
    | 'one_voice'
    | 'one_voice_of_several'
    | 'browser_list'
    | 'several_agree'
    | 'many'
    | 'suspicious_only'
    | 'several_differ';
  /** How many voices there are: engines that repeat each other are one. */
  voices: number;
  engines: number;
  /** What most voices call it. */
  family: ResultFamily | null;
  /** Names of engines that were counted as one voice with another. */
  repeated: string[][];
}

/** So many independent voices say enough, whatever each calls it. */
const MANY_VOICES = 5;
/** So many that call it the same do. */
const AGREEING_VOICES = 2;

const GROUP_OF = new Map(
  ENGINE_GROUPS.flatMap(({ engines }, index) => engines.map((engine) => [engine, index] as const)),
);

/** Whether the flags that count point to a false positive or to a compromise. */
export function guidance(flags: readonly GuidingFlag[]): Guidance {
  const voices = voicesOf(flags);
  const engines = new Set(flags.map(({ engine }) => engine)).size;
  const repeated = voices
    .map((voice) => [...new Set(voice.map(({ engine }) => engine))])
    .filter((names) => names.length > 1);
  const { family, agreeing } = commonResult(voices);
  const base = { voices: voices.length, engines, family, repeated };
  const isMalicious = flags.some(({ category }) => category === 'malicious');
  if (voices.length === 0) return { ...base, verdict: 'none', reason: 'no_flag' };
  if (flags.some(({ engine }) => BROWSER_ENGINES.includes(engine))) {
    const verdict = voices.length > 1 ? 'compromise' : 'unclear';
    return { ...base, verdict, reason: 'browser_list' };
  }
  if (voices.length === 1) {
    const reason = engines === 1 ? 'one_voice' : 'one_voice_of_several';
    return { ...base, verdict: 'false_positive', reason };
  }
  if (voices.length >= MANY_VOICES) return { ...base, verdict: 'compromise', reason: 'many' };
  if (!isMalicious) return { ...base, verdict: 'unclear', reason: 'suspicious_only' };
  if (agreeing >= AGREEING_VOICES) {
    return { ...base, verdict: 'compromise', reason: 'several_agree' };
  }
  return { ...base, verdict: 'unclear', reason: 'several_differ' };
}

/** What an engine's free text most likely means. */
function familyOf({ result }: Pick<GuidingFlag, 'result'>): ResultFamily {
  const text = (result ?? '').toLowerCase();
  if (text.includes('phish')) return 'phishing';
  if (text.includes('spam')) return 'spam';
  return /malware|malicious|trojan|exploit/.test(text) ? 'malware' : 'other';
}

function voicesOf(flags: readonly GuidingFlag[]): GuidingFlag[][] {
  const voices = new Map<string, GuidingFlag[]>();
  for (const flag of flags) {
    const group = GROUP_OF.get(flag.engine);
    const key = group === undefined ? `engine ${flag.engine}` : `group ${group}`;
    const voice = voices.get(key);
    if (voice) voice.push(flag);
    else voices.set(key, [flag]);
  }
  return [...voices.values()];
}

/**
 * What an engine calls a site, so that it can be compared: a family, else its very words; null where
 * it says no more than its category does.
 */
function calledBy(flag: GuidingFlag): string | null {
  const family = familyOf(flag);
  if (family !== 'other') return family;
  const words = (flag.result ?? '').trim().toLowerCase();
  return words === '' || words === flag.category.toLowerCase() ? null : `other: ${words}`;
}

/** What most voices call it, and how many do; a voice may name several. */
function commonResult(voices: readonly GuidingFlag[][]): {
  family: ResultFamily | null;
  agreeing: number;
} {
  const counts = new Map<string, { family: ResultFamily; agreeing: number }>();
  for (const voice of voices) {
    const called = new Map(voice.map((flag) => [calledBy(flag), familyOf(flag)]));
    for (const [name, family] of called) {
      if (name === null) continue;
      counts.set(name, { family, agreeing: (counts.get(name)?.agreeing ?? 0) + 1 });
    }
  }
  const rank = ({ family }: { family: ResultFamily }) => Number(family === 'other');
  const [most] = [...counts.values()].sort((a, b) => b.agreeing - a.agreeing || rank(a) - rank(b));
  return most ?? { family: voices.length === 0 ? null : 'other', agreeing: 0 };
}

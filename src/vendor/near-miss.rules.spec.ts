import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { misspellings, type Misspelling } from '../../test/support/misspellings';
import { nearMisses, nearMissFinder } from './near-miss.rules';

interface Row {
  name: string;
  last_seen: string;
}

const ROWS: Row[] = parse(readFileSync(join(__dirname, 'catalogue.csv')), { columns: true });
const namesOf = (isWanted: (row: Row) => boolean) => ROWS.filter(isWanted).map(({ name }) => name);
const CURRENT = namesOf(({ last_seen }) => last_seen === '2026');
const DOCS_ROWS = new Map(
  readFileSync(join(__dirname, '../../docs/vendors.md'), 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, kind, ...figures]) => [kind, figures.slice(0, 3)]),
);

/** What the engines were called before, from recorded answers of 2019 to 2026. */
const FORMER = {
  'AegisLab WebGuard': 'Lionic',
  'AICC (MONITORAPP)': 'AILabs (MONITORAPP)',
  'Comodo Site Inspector': 'Xcitium Verdict Cloud',
  'Comodo Valkyrie Verdict': 'Xcitium Verdict Cloud',
  'ESTsecurity-Threat Inside': 'ESTsecurity',
  'Google Safebrowsing': 'Google Safe Browsing',
  PhishLabs: 'Fortra',
  Zerofox: 'ZeroFox',
};

/** Engines that look at files and not at URLs: other vendors, and names like any. */
const OTHER_VENDORS = `AhnLab-V3,Alibaba,Arcabit,Avast,AVG,Baidu,ClamAV,CrowdStrike Falcon,Cylance,
  Cynet,DeepInstinct,Elastic,eScan,F-Secure,Fireeye,Ikarus,Jiangmin,Kingsoft,Malwarebytes,MAX,
  MaxSecure,McAfee,Microsoft,NANO-Antivirus,Palo Alto Networks,Panda,SentinelOne,Skyhigh,Symantec,
  TACHYON,Trapmine,TrendMicro,Varist,VBA32,VirIT,ViRobot,WithSecure,Zillya,ZoneAlarm,Zoner`
  .split(',')
  .map((name) => name.trim());

describe('near misses', () => {
  it.each([
    ['GData', ['G-Data']],
    ['k7antivirus', ['K7AntiVirus']],
    ['Kаspersky', ['Kaspersky']],
    ['Ｋaspersky', ['Kaspersky']],
    ['Kapserksy', ['Kaspersky']],
    ['Dr Web', ['Dr.Web']],
    ['Sucuri', ['Sucuri SiteCheck']],
    ['Comodo Valkyrie Verdict', ['Xcitium Verdict Cloud']],
    ['Phishing Data', []],
    ['G Data Base', []],
    ['', []],
    ['---', []],
    ['!', []],
  ])('of %j are %j', (name, expected) => {
    expect(nearMisses(name, CURRENT)).toEqual(expected);
  });

  it('are the likeliest first', () => {
    const engines = ['Kasperskyyx', 'KASPERSKY', 'Kasperski', 'Kasper-sky'];
    expect(nearMisses('Kaspersky', engines)).toEqual([
      'KASPERSKY',
      'Kasper-sky',
      'Kasperski',
      'Kasperskyyx',
    ]);
  });

  it('allow an engine of 6 letters or more two edits, of 4 or 5 one, a shorter one none', () => {
    expect(nearMisses('abcdeXY', ['abcdef'])).toEqual(['abcdef']);
    expect(nearMisses('abcXY', ['abcde'])).toEqual([]);
    expect(nearMisses('abcX', ['abcd'])).toEqual(['abcd']);
    expect(nearMisses('abX', ['abc'])).toEqual([]);
    expect(nearMisses('ABC', ['abc'])).toEqual(['abc']);
  });

  it('are none for a name that an engine has to the byte, and none for another current name', () => {
    for (const name of CURRENT) {
      expect({ name, hints: nearMisses(name, CURRENT) }).toEqual({ name, hints: [] });
      // VirusTotal may not have returned that engine yet.
      const others = CURRENT.filter((other) => other !== name);
      expect({ name, hints: nearMisses(name, others) }).toEqual({ name, hints: [] });
    }
  });

  it('are none for engines of the past that had no successor, and for other vendors', () => {
    const past = namesOf(({ last_seen }) => last_seen !== '2026');
    for (const name of [...past.filter((name) => !(name in FORMER)), ...OTHER_VENDORS]) {
      expect({ name, hints: nearMisses(name, CURRENT) }).toEqual({ name, hints: [] });
    }
  });

  it('find former names', () => {
    for (const [former, engine] of Object.entries(FORMER)) {
      expect(nearMisses(former, CURRENT)).toEqual([engine]);
    }
  });

  it('take microseconds a name, so that an import of 100,000 rows can ask', () => {
    const find = nearMissFinder(CURRENT);
    const started = performance.now();
    for (let row = 0; row < 10_000; row += 1) find(`Some other vendor ${row}`);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('recall and precision on the catalogue’s current names', () => {
  const find = nearMissFinder(CURRENT);
  const all = CURRENT.flatMap(misspellings);
  const kinds = [...new Set(all.map(({ kind }) => kind))];

  it.each(kinds)('are what docs/vendors.md says, and above the bounds: %s', (kind) => {
    const { asked, recall, precision } = measured(all.filter((one) => one.kind === kind));
    expect(recall).toBeGreaterThanOrEqual(0.95);
    expect(precision).toBeGreaterThanOrEqual(0.99);
    const figures = [asked.toLocaleString('en'), percent(recall), percent(precision)];
    expect(DOCS_ROWS.get(kind)).toEqual(figures);
  });

  function measured(some: readonly Misspelling[]) {
    let found = 0;
    let shown = 0;
    for (const { engine, typed } of some) {
      const hints = find(typed);
      shown += hints.length;
      if (hints.includes(engine)) found += 1;
    }
    return { asked: some.length, recall: found / some.length, precision: found / shown };
  }
});

function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

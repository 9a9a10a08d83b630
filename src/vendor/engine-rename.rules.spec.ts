import { goneEngines, likelyRenames, type SeenEngine } from './engine-rename.rules';

const DAY_MS = 86_400_000;
const day = (number: number) => new Date(Date.UTC(2026, 0, 1) + number * DAY_MS);
let id = 0;

/** An engine seen from one day to another. */
function engine(name: string, from: number, to: number, renamedToId: number | null = null) {
  id += 1;
  return { id, name, firstSeenAt: day(from), lastSeenAt: day(to), renamedToId };
}

const ALIVE = engine('Kaspersky', 0, 100);
const renames = (...engines: SeenEngine[]) =>
  likelyRenames([ALIVE, ...engines]).map(({ from, to }) => `${from.name} to ${to.name}`);

describe('likely renames', () => {
  it.each([
    ['Google Safebrowsing', 'Google Safe Browsing'],
    ['Comodo Valkyrie Verdict', 'Xcitium Verdict Cloud'],
    ['AegisLab WebGuard', 'Lionic'],
    ['AICC (MONITORAPP)', 'AILabs (MONITORAPP)'],
    ['Zerofox', 'ZeroFox'],
    ['ESTsecurity-Threat Inside', 'ESTsecurity'],
    ['Sansec eComscan', 'Sansec'],
  ])('%s to %s', (from, to) => {
    expect(renames(engine(from, 0, 60), engine(to, 60, 100))).toEqual([`${from} to ${to}`]);
  });

  it.each([
    ['Trustwave', 'GreyNoise'],
    ['Phishing Database', 'Phishing Hunter'],
    ['CMC Threat Intelligence', 'Viettel Threat Intelligence'],
    ['securolytics', 'Guardpot'],
  ])('are not %s and %s', (from, to) => {
    expect(renames(engine(from, 0, 60), engine(to, 60, 100))).toEqual([]);
  });

  it('need one to go when the other comes', () => {
    const [from, to] = ['Google Safebrowsing', 'Google Safe Browsing'];
    // Both are there.
    expect(renames(engine(from, 0, 100), engine(to, 60, 100))).toEqual([]);
    // The new one was there long before, or came long after.
    expect(renames(engine(from, 0, 60), engine(to, 50, 100))).toEqual([]);
    expect(renames(engine(from, 0, 50), engine(to, 96, 100))).toEqual([]);
    // Answers of one day hold both names.
    expect(renames(engine(from, 0, 61), engine(to, 60, 100))).toHaveLength(1);
  });

  it('are not proposed once they are confirmed', () => {
    const to = engine('Google Safe Browsing', 60, 100);
    expect(renames(engine('Google Safebrowsing', 0, 60, to.id), to)).toEqual([]);
  });
});

describe('engines that are gone', () => {
  it('were not seen for 30 days while others were, the longest gone first', () => {
    const engines = [ALIVE, engine('A', 0, 70), engine('B', 0, 60), engine('C', 0, 70.1)];
    expect(goneEngines(engines).map(({ name }) => name)).toEqual(['B', 'A']);
  });

  it('are none while nothing is scanned', () => {
    expect(goneEngines([engine('A', 0, 1), engine('B', 0, 1)])).toEqual([]);
    expect(goneEngines([])).toEqual([]);
  });
});

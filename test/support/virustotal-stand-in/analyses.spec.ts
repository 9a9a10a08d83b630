import { Analyses, USUAL_ANALYSIS, viewOf, type AnalysisSettings } from './analyses.js';
import { ENGINE_NAMES } from './engine-names.js';
import { seededRandom } from './random.js';
import { Scripts } from './scripts.js';

const URL_A = 'https://a.example/';
const START = Date.UTC(2026, 10, 24, 9);

function analysesWith(settings: Partial<AnalysisSettings> = {}): {
  analyses: Analyses;
  scripts: Scripts;
} {
  const scripts = new Scripts();
  const all = {
    model: USUAL_ANALYSIS,
    engines: ENGINE_NAMES,
    sameAnalysisId: true,
    notFoundAfterSubmitMs: 0,
    ...settings,
  };
  return { analyses: new Analyses(scripts, seededRandom(7), () => all), scripts };
}

describe('Analyses', () => {
  it('is queued, then in progress with a part of the results, then completed within 12 to 30 s', () => {
    const { analyses } = analysesWith();
    for (let n = 0; n < 50; n += 1) {
      const analysis = analyses.submit(`https://site-${n}.example/`, START, null);
      const seconds = (analysis.completesAt - START) / 1000;
      expect(seconds).toBeGreaterThanOrEqual(12);
      expect(seconds).toBeLessThanOrEqual(30);
      expect(viewOf(analysis, START)).toMatchObject({ status: 'queued', results: {} });
      const half = viewOf(analysis, (analysis.startsAt + analysis.completesAt) / 2);
      expect(half.status).toBe('in-progress');
      const share = Object.keys(half.results as object).length / ENGINE_NAMES.length;
      expect(share).toBeCloseTo(0.5, 1);
      const end = viewOf(analysis, analysis.completesAt);
      expect(end.status).toBe('completed');
      expect(Object.keys(end.results as object)).toHaveLength(ENGINE_NAMES.length);
    }
  });

  it('puts the URL id and the second of the submission into the id', () => {
    const { analyses } = analysesWith();
    const analysis = analyses.submit(URL_A, START + 999, null);
    expect(analysis.id).toBe(`u-${analysis.urlId}-${START / 1000}`);
    expect(analyses.find(analysis.id, START + 999)).toBe(analysis);
  });

  it('hands back the analysis that runs, and starts a new one after it', () => {
    const { analyses } = analysesWith();
    const first = analyses.submit(URL_A, START, null);
    expect(analyses.submit(URL_A, START + 5000, null)).toBe(first);
    expect(analyses.submit(URL_A, first.completesAt, null).id).not.toBe(first.id);
    expect(analyses.timesSubmittedOf(first.urlId)).toBe(3);
  });

  it('starts a new one each time, by another id, when told so', () => {
    const { analyses } = analysesWith({ sameAnalysisId: false });
    const first = analyses.submit(URL_A, START, null);
    expect(analyses.submit(URL_A, START, null).id).not.toBe(first.id);
  });

  it('takes scripts in turn, the last one from then on, bound at submission', () => {
    const { analyses, scripts } = analysesWith({ sameAnalysisId: false });
    const flag = (result: string) => [{ engine: 'Sophos', category: 'malicious', result }];
    scripts.set(URL_A, [flag('phishing'), []]);
    const taken = [0, 1, 2].map(() => analyses.submit(URL_A, START, null));
    scripts.set(URL_A, [flag('malware')]);
    const stats = taken.map((analysis) => viewOf(analysis, START + 60_000).stats);
    expect(stats).toMatchObject([{ malicious: 1 }, { malicious: 0 }, { malicious: 0 }]);
    const next = viewOf(analyses.submit(URL_A, START, null), START + 60_000);
    expect(next.results).toMatchObject({ Sophos: { result: 'malware' } });
  });

  it('plays the faults of a submission', () => {
    const { analyses } = analysesWith({ sameAnalysisId: false });
    const late = START + 86_400_000;
    const hidden = analyses.submit(URL_A, START, { kind: 'not-found-after-submit', ms: 9000 });
    expect(analyses.find(hidden.id, START + 8999)).toBeNull();
    expect(analyses.find(hidden.id, START + 9000)).toBe(hidden);
    expect(analyses.submit(URL_A, late, { kind: 'same-analysis-id' })).toBe(hidden);
    const never = analyses.submit(URL_A, START, { kind: 'never-completes' });
    expect(viewOf(never, late).status).toBe('queued');
    const partial = viewOf(analyses.submit(URL_A, START, { kind: 'partial-forever' }), late);
    expect(partial.status).toBe('in-progress');
    expect(Object.keys(partial.results as object)).toHaveLength(ENGINE_NAMES.length / 2);
    const few = viewOf(analyses.submit(URL_A, START, { kind: 'few-engines', engines: 3 }), late);
    expect(few.status).toBe('completed');
    expect(Object.keys(few.results as object)).toHaveLength(3);
  });

  it('never completes the URLs so listed, and is slow for the share so set', () => {
    const model = { ...USUAL_ANALYSIS, never: ['https://A.example'], slowShare: 1, jitter: 0 };
    const { analyses } = analysesWith({ model });
    expect(analyses.submit(URL_A, START, null).completesAt).toBe(Infinity);
    const slow = analyses.submit('https://b.example/', START, null);
    expect(slow.completesAt - START).toBe(240_000);
  });
});

import { ENGINE_NAMES } from './engine-names.js';
import { partOf, resultsOf, scanScriptOf, statsOf, type EngineResult } from './engines.js';

function results(script: Parameters<typeof resultsOf>[1] = {}): Record<string, EngineResult> {
  return resultsOf(ENGINE_NAMES, script) as Record<string, EngineResult>;
}

describe('resultsOf', () => {
  it('answers by default for every engine: about 70 % clean, the others unrated, always alike', () => {
    const stats = statsOf(results());
    expect(stats.harmless + stats.undetected).toBe(ENGINE_NAMES.length);
    expect(stats.harmless / ENGINE_NAMES.length).toBeGreaterThan(0.55);
    expect(stats.harmless / ENGINE_NAMES.length).toBeLessThan(0.85);
    expect(results()).toEqual(results());
    for (const [name, { category, engine_name, method, result }] of Object.entries(results())) {
      expect(engine_name).toBe(name);
      expect(method).toBe('blacklist');
      expect(result).toBe(category === 'harmless' ? 'clean' : 'unrated');
    }
  });

  it('takes scripted verdicts, of known and of new engines', () => {
    const script = scanScriptOf([
      { engine: 'Sophos', category: 'malicious', result: 'phishing' },
      { engine: 'New One', category: 'timeout', result: null, method: 'heuristic' },
    ]);
    expect(results(script).Sophos).toMatchObject({ category: 'malicious', result: 'phishing' });
    expect(results(script)['New One']).toMatchObject({ result: null, method: 'heuristic' });
    expect(statsOf(results(script))).toMatchObject({ malicious: 1, timeout: 1 });
  });

  it('leaves engines out', () => {
    expect(results({ omitEngines: ['Sophos'] }).Sophos).toBeUndefined();
    expect(Object.keys(results({ onlyEngines: ['Sophos', 'Lionic'] }))).toHaveLength(2);
  });

  it('sends raw results as they are', () => {
    expect(resultsOf(ENGINE_NAMES, { results: ['odd'] })).toEqual(['odd']);
    expect(statsOf(['odd'])).toMatchObject({ harmless: 0 });
  });
});

describe('partOf', () => {
  it('gives a part that only grows', () => {
    const fewer = Object.keys(partOf(results(), 0.3) as object);
    const more = Object.keys(partOf(results(), 0.6) as object);
    expect(fewer.length).toBeLessThan(more.length);
    expect(more).toEqual(expect.arrayContaining(fewer));
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { APP_ROOT } from '../../src/config/app-root.js';
import {
  type Analysis,
  type EngineVerdict,
  parseAnalysis,
  parseQuotas,
  parseSubmission,
  parseUrlReport,
} from '../../src/virustotal/answers.js';
import { failedAnswer } from '../../src/virustotal/failed-answer.js';
import type { VirusTotalErrorKind } from '../../src/virustotal/virustotal-error.js';

/** Answers of VirusTotal as they were recorded. They are not part of the project. */
const SAMPLES = join(APP_ROOT, '..', 'shared', 'virustotal', 'samples');
const describeWithSamples = existsSync(SAMPLES) ? describe : describe.skip;
const why = existsSync(SAMPLES) ? '' : ' (SKIPPED: there are no recorded answers on this machine)';

const text = (name: string) => readFileSync(join(SAMPLES, name), 'utf8');
const json = (name: string) => JSON.parse(text(name));
/** Some were recorded without the envelope around them. */
const enveloped = (name: string) => {
  const recorded = json(name);
  return 'data' in recorded ? recorded : { data: recorded };
};

/** Counts verdicts as VirusTotal's stats do: 0 where no engine said so. */
function countsOf(verdicts: readonly EngineVerdict[]): Record<string, number> {
  const counts = { harmless: 0, malicious: 0, suspicious: 0, undetected: 0, timeout: 0 };
  return verdicts.reduce<Record<string, number>>(
    (all, { category }) => ({ ...all, [category]: (all[category] ?? 0) + 1 }),
    counts,
  );
}

function expectEveryResult({ verdicts, dropped }: Analysis, results: object, stats: object): void {
  expect(dropped).toEqual([]);
  expect(verdicts.map(({ engine }) => engine)).toEqual(Object.keys(results));
  for (const { engine, category, result, method } of verdicts) {
    expect((results as Record<string, unknown>)[engine]).toMatchObject({
      category,
      result,
      method,
      engine_name: engine,
    });
  }
  expect(countsOf(verdicts)).toEqual(stats);
}

describeWithSamples(`Recorded answers of VirusTotal${why}`, () => {
  it('a completed analysis', () => {
    const body = json('p_analysis_completed_2020.json');
    const analysis = parseAnalysis(body);
    expect(analysis).toMatchObject({
      isCompleted: true,
      date: new Date(body.data.attributes.date * 1000),
      urlId: body.meta.url_info.id,
    });
    expect(analysis.verdicts).toHaveLength(79);
    expectEveryResult(analysis, body.data.attributes.results, body.data.attributes.stats);
  });

  it('a queued analysis', () => {
    expect(parseAnalysis(json('x_analysis_queued_2024.json'))).toEqual({
      isCompleted: false,
      date: new Date(1_722_582_595_000),
      urlId: '51749788b27b5e44ebac08c120ae5bb9208f3206870cb5c6c95520f9b8ad79f7',
      verdicts: [],
      dropped: [],
    });
  });

  it.each([
    ['p_url_report_google_2020.json', 79],
    ['o_url_report_2022.json', 93],
    ['g_scan_url_output_2025.json', 97],
    ['r_feed_url_1_2025.json', 97],
    ['r_feed_url_3_2025.json', 97],
    ['r_feed_url_5_2025.json', 97],
  ])('the URL report %s, of %i engines', (name, engines) => {
    const body = enveloped(name);
    const { attributes, id } = body.data;
    const report = parseUrlReport(body);
    expect(report).toMatchObject({
      isCompleted: true,
      // The id of 2020 was edited by hand, and is that of an analysis.
      urlId: /^[0-9a-f]{64}$/.test(id) ? id : null,
      date: new Date(attributes.last_analysis_date * 1000),
    });
    expect(report.verdicts).toHaveLength(engines);
    expectEveryResult(report, attributes.last_analysis_results, attributes.last_analysis_stats);
  });

  it('a stale report, whose analysis is older than its submission', () => {
    const body = json('p_url_report_google_2020.json');
    const submittedAt = body.data.attributes.last_submission_date * 1000;
    expect(parseUrlReport(body).date!.getTime()).toBeLessThan(submittedAt);
  });

  it.each([
    ['p_url_analyse_2020.json', 'dd014af5ed6b38d9130e3f466f850e46d21b951199d53a18ef29ee9341614eaf'],
    [
      'x_scan_url_response_2024.json',
      '892d081f917376365d37b2885e098764a32f5a1d8d493a89bec2615c7cf0ec02',
    ],
  ])('the answer to a submission %s', (name, urlId) => {
    const body = json(name);
    expect(parseSubmission(body)).toEqual({ analysisId: body.data.id, urlId });
  });

  it.each<[string, number, VirusTotalErrorKind, RegExp]>([
    ['p_error_400_invalidargument.json', 400, 'invalid_url', /not a valid domain pattern$/],
    ['p_error_401_wrongcredentials.json', 401, 'key_rejected', /^HTTP 401, WrongCredentialsErr/],
    ['p_error_404_notfound.json', 404, 'not_found', /NotFoundError: File ".*" not found$/],
    ['p_error_429_quota.json', 429, 'quota_exceeded', /QuotaExceededError: Quota exceeded$/],
  ])('the refusal %s', (name, status, kind, reason) => {
    const error = failedAnswer({ status, headers: {}, body: text(name) }, 0);
    expect(error).toMatchObject({ kind, details: { retryAfterMs: undefined } });
    expect(error.details.reason).toMatch(reason);
  });

  it('the quotas of a user, in the form in which they are asked for', () => {
    const { quotas } = json('p_user_public_2020.json').data.attributes;
    const overall = Object.entries(quotas).map(([name, user]) => [name, { user }]);
    expect(parseQuotas({ data: Object.fromEntries(overall) })).toEqual({
      daily: quotas.api_requests_daily,
      monthly: quotas.api_requests_monthly,
    });
  });
});

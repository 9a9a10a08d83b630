import { viewOf, type Analyses, type Analysis } from './analyses.js';

/** What POST /urls and POST /urls/{id}/analyse answer: the analysis, without attributes. */
export function analysisDescriptor(analysis: Analysis, baseUrl: string): object {
  const self = `${baseUrl}/analyses/${analysis.id}`;
  return { data: { type: 'analysis', id: analysis.id, links: { self } } };
}

/** What GET /analyses/{id} answers at the virtual time `at` (ms). */
export function analysisObject(analysis: Analysis, baseUrl: string, at: number): object {
  const { status, results, stats } = viewOf(analysis, at);
  return {
    data: {
      id: analysis.id,
      type: 'analysis',
      links: {
        self: `${baseUrl}/analyses/${analysis.id}`,
        item: `${baseUrl}/urls/${analysis.urlId}`,
      },
      attributes: { date: analysis.date, status, stats, results },
    },
    meta: { url_info: { id: analysis.urlId, url: analysis.url } },
  };
}

/**
 * What GET /urls/{id} answers at the virtual time `at` (ms), or null for a URL that was never
 * submitted. The results are those of the last analysis completed by then, so that right after a
 * resubmission `last_submission_date` is newer than `last_analysis_date`, as it is recorded.
 * Before any is completed there is no `last_analysis_date` and no result.
 */
export function urlObject(
  analyses: Analyses,
  urlId: string,
  baseUrl: string,
  at: number,
): object | null {
  const all = analyses.ofUrl(urlId);
  const [first] = all;
  const latest = all.at(-1);
  if (first === undefined || latest === undefined) return null;
  const completed = all.filter((analysis) => at >= analysis.completesAt).at(-1);
  return {
    data: {
      id: urlId,
      type: 'url',
      links: { self: `${baseUrl}/urls/${urlId}` },
      attributes: {
        ...siteAttributes(latest.url),
        first_submission_date: first.date,
        last_submission_date: latest.date,
        times_submitted: analyses.timesSubmittedOf(urlId),
        last_modification_date: Math.floor((completed?.completesAt ?? latest.submittedAt) / 1000),
        ...analysisAttributes(completed, at),
        ...(completed ?? latest).attributes,
      },
    },
  };
}

function analysisAttributes(completed: Analysis | undefined, at: number): object {
  if (completed === undefined) {
    const stats = { malicious: 0, suspicious: 0, undetected: 0, harmless: 0, timeout: 0 };
    return { last_analysis_results: {}, last_analysis_stats: stats };
  }
  const { results, stats } = viewOf(completed, at);
  return {
    last_analysis_date: completed.date,
    last_analysis_results: results,
    last_analysis_stats: stats,
  };
}

function siteAttributes(url: string): object {
  const { hostname } = new URL(url);
  return {
    url,
    last_final_url: url,
    tld: hostname.split('.').at(-1),
    title: hostname,
    has_content: true,
    last_http_response_code: 200,
    last_http_response_headers: { 'Content-Type': 'text/html; charset=utf-8' },
    categories: {},
    reputation: 0,
    tags: [],
    threat_names: [],
    total_votes: { harmless: 0, malicious: 0 },
  };
}

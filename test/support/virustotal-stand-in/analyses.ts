import { canonicaliseUrl, urlIdOf } from './canonical-url.js';
import { partOf, resultsOf, statsOf } from './engines.js';
import type { Random } from './random.js';
import type { Scripts } from './scripts.js';

/** How long analyses take, in virtual seconds from submission to completion. */
export interface AnalysisModel {
  meanSec: number;
  /** Share of the mean: 0.4 draws evenly between 0.6 and 1.4 times of it. */
  jitter: number;
  /** Share of the analyses that take `slowSec` instead of the mean. */
  slowShare: number;
  slowSec: number;
  /** Share of its duration for which an analysis is `queued`, before `in-progress`. */
  queuedShare: number;
  /** URLs whose analyses stay queued for ever. */
  never: string[];
}

/** 12 to 30 s, a third of it queued; durations as recorded in VIRUSTOTAL.md section 8, "Timing". */
export const USUAL_ANALYSIS: AnalysisModel = {
  meanSec: 21,
  jitter: 3 / 7,
  slowShare: 0,
  slowSec: 240,
  queuedShare: 1 / 3,
  never: [],
};

type AnalysisStatus = 'queued' | 'in-progress' | 'completed';

/** One analysis; what it will say is settled when it is submitted. Times are virtual ms. */
export interface Analysis {
  id: string;
  url: string;
  urlId: string;
  /** Unix seconds, the number in the id. */
  date: number;
  submittedAt: number;
  /** Unknown (404) before this time. */
  visibleFrom: number;
  /** Infinity for one that never starts, or never completes. */
  startsAt: number;
  completesAt: number;
  results: unknown;
  stats: unknown;
  attributes: Record<string, unknown>;
}

/** An analysis as it stands at one time. */
export interface AnalysisView {
  status: AnalysisStatus;
  results: unknown;
  stats: unknown;
}

/** What a scripted fault makes of one submission. */
export interface SubmissionEffect {
  kind:
    | 'not-found-after-submit'
    | 'same-analysis-id'
    | 'never-completes'
    | 'few-engines'
    | 'partial-forever';
  /** Of `not-found-after-submit`: virtual milliseconds. Default 20,000. */
  ms?: number;
  /** Of `few-engines`: how many answer. Default 5. */
  engines?: number;
  /** Of `partial-forever`: the share of the engines that has answered. Default 0.5. */
  share?: number;
}

export interface AnalysisSettings {
  model: AnalysisModel;
  engines: readonly string[];
  sameAnalysisId: boolean;
  notFoundAfterSubmitMs: number;
}

/** All that was submitted: by analysis id, and by URL id in the order of submission. */
export class Analyses {
  private readonly byId = new Map<string, Analysis>();
  private readonly byUrlId = new Map<string, Analysis[]>();
  private readonly timesSubmitted = new Map<string, number>();

  constructor(
    private readonly scripts: Scripts,
    private readonly random: Random,
    private readonly settings: () => AnalysisSettings,
  ) {}

  /** Starts an analysis of a canonical URL, or hands back the one that runs. */
  submit(url: string, at: number, effect: SubmissionEffect | null): Analysis {
    const urlId = urlIdOf(url);
    const earlier = this.byUrlId.get(urlId) ?? [];
    this.timesSubmitted.set(urlId, (this.timesSubmitted.get(urlId) ?? 0) + 1);
    const last = earlier.at(-1);
    const runs = last !== undefined && at < last.completesAt;
    if (last && (effect?.kind === 'same-analysis-id' || (runs && this.settings().sameAnalysisId))) {
      return last;
    }
    const analysis = this.start(url, urlId, at, effect);
    this.byId.set(analysis.id, analysis);
    this.byUrlId.set(urlId, [...earlier, analysis]);
    return analysis;
  }

  /** The analysis, unless it is unknown at that time. */
  find(id: string, at: number): Analysis | null {
    const analysis = this.byId.get(id);
    return analysis !== undefined && at >= analysis.visibleFrom ? analysis : null;
  }

  /** Every analysis of a URL, in the order of submission; empty if it was never submitted. */
  ofUrl(urlId: string): readonly Analysis[] {
    return this.byUrlId.get(urlId) ?? [];
  }

  timesSubmittedOf(urlId: string): number {
    return this.timesSubmitted.get(urlId) ?? 0;
  }

  clear(): void {
    this.byId.clear();
    this.byUrlId.clear();
    this.timesSubmitted.clear();
  }

  private start(url: string, urlId: string, at: number, effect: SubmissionEffect | null): Analysis {
    const { engines, model, notFoundAfterSubmitMs } = this.settings();
    const script = this.scripts.take(url);
    const date = this.freeDate(urlId, Math.floor(at / 1000));
    const durationMs = Math.round((script.durationSec ?? this.drawSeconds(model)) * 1000);
    const never =
      script.never === true || isListed(url, model.never) || effect?.kind === 'never-completes';
    const results = resultsOf(engines, script);
    const answered = effect?.kind === 'few-engines' ? firstOf(results, effect.engines) : results;
    const hiddenMs =
      effect?.kind === 'not-found-after-submit' ? (effect.ms ?? 20_000) : notFoundAfterSubmitMs;
    const partial = effect?.kind === 'partial-forever';
    return {
      id: `u-${urlId}-${date}`,
      url,
      urlId,
      date,
      submittedAt: at,
      visibleFrom: at + hiddenMs,
      startsAt: never ? Infinity : at + Math.round(durationMs * model.queuedShare),
      completesAt: never || partial ? Infinity : at + durationMs,
      results: partial ? partOf(results, effect.share ?? 0.5) : answered,
      stats: script.stats,
      attributes: script.attributes ?? {},
    };
  }

  private drawSeconds(model: AnalysisModel): number {
    const seconds = this.random() < model.slowShare ? model.slowSec : model.meanSec;
    return Math.max(0, seconds * (1 + model.jitter * (this.random() * 2 - 1)));
  }

  private freeDate(urlId: string, date: number): number {
    // Two analyses in the same second would share the id.
    return this.byId.has(`u-${urlId}-${date}`) ? this.freeDate(urlId, date + 1) : date;
  }
}

/**
 * An analysis at a time: nothing while `queued`, a growing part of the results while
 * `in-progress`, all of them and final when `completed`.
 */
export function viewOf(analysis: Analysis, at: number): AnalysisView {
  if (at < analysis.startsAt) return { status: 'queued', results: {}, stats: statsOf({}) };
  if (at >= analysis.completesAt) {
    const stats = analysis.stats ?? statsOf(analysis.results);
    return { status: 'completed', results: analysis.results, stats };
  }
  const endless = analysis.completesAt === Infinity;
  const share = (at - analysis.startsAt) / (analysis.completesAt - analysis.startsAt);
  const results = endless ? analysis.results : partOf(analysis.results, share);
  return { status: 'in-progress', results, stats: statsOf(results) };
}

function isListed(url: string, urls: readonly string[]): boolean {
  return urls.some((listed) => (canonicaliseUrl(listed) ?? listed) === url);
}

function firstOf(results: unknown, engines = 5): unknown {
  const total = typeof results === 'object' && results !== null ? Object.keys(results).length : 0;
  return total === 0 ? results : partOf(results, Math.min(1, (engines + 0.5) / total));
}

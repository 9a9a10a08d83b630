import type { AnalysisModel } from './analyses.js';
import type { Clock, ScaledClock } from './clock.js';
import { ENGINE_NAMES } from './engine-names.js';
import type { UrlScript } from './engines.js';
import type { QuotaLimits } from './quota.js';

/** One key that the stand-in accepts. */
export interface ApiKeyOptions extends Partial<QuotaLimits> {
  /** 64 hexadecimal digits, as VirusTotal's keys are. */
  key: string;
  /** The name of the user whose key it is; default `user-1`, `user-2` and so on. */
  user?: string;
  /** `inactive` is answered 401 UserNotActiveError, `forbidden` 403 ForbiddenError. */
  state?: 'active' | 'inactive' | 'forbidden';
}

/** Virtual milliseconds of travel, each drawn evenly from [least, most]. */
interface Latency {
  /** On the way in: the quotas see a request only when it arrives. */
  toServer?: [number, number];
  fromServer?: [number, number];
}

/** What may change while the stand-in runs. */
export interface StandInConfig {
  apiKeys: ApiKeyOptions[];
  /** A number is the whole round trip, half of it each way. */
  latencyMs: number | Latency;
  analysis: Partial<AnalysisModel>;
  /** The engines that answer by default, by name. */
  engines: string[];
  /** `/users/*` calls are not counted in the minute either; default false, the strict side. */
  usersFree: boolean;
  /**
   * A call that was refused over a quota counts in all of them too; default true. VirusTotal does
   * not say, and clients assume that it does.
   */
  refusalsCount: boolean;
  /** A resubmission while an analysis of the URL runs hands back its id; default true. */
  sameAnalysisId: boolean;
  /** Every analysis is unknown (404) for so long after its submission, in virtual ms; default 0. */
  notFoundAfterSubmitMs: number;
}

export interface StandInOptions extends Partial<StandInConfig> {
  /** Default 0: any free port. */
  port?: number;
  clock?: Clock | ScaledClock;
  /** Of the durations and latencies that are drawn; default 1. */
  seed?: number;
  /** By URL, its successive scans (the last one repeats); `*` stands for every other URL. */
  verdicts?: Record<string, UrlScript[]>;
}

/** The options that a stand-in in a process of its own takes, as one JSON argument. */
export interface StandInProcessOptions extends Omit<StandInOptions, 'clock'> {
  clock?: ScaledClock;
}

/** The key that a stand-in accepts unless told otherwise. */
export const DEFAULT_API_KEY = '0123456789abcdef'.repeat(4);

/** The settings at the start: those of the options, and the defaults of the others. */
export function configFrom(options: StandInOptions): StandInConfig {
  return {
    apiKeys: options.apiKeys ?? [{ key: DEFAULT_API_KEY }],
    latencyMs: options.latencyMs ?? 0,
    analysis: options.analysis ?? {},
    engines: options.engines ?? [...ENGINE_NAMES],
    usersFree: options.usersFree ?? false,
    refusalsCount: options.refusalsCount ?? true,
    sameAnalysisId: options.sameAnalysisId ?? true,
    notFoundAfterSubmitMs: options.notFoundAfterSubmitMs ?? 0,
  };
}

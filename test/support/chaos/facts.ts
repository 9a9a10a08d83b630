import type { AlertView } from '../../../src/alert/alert.view.js';
import type { ScanView, TaskView } from '../../../src/scan/scan.view.js';
import type { StandInStats } from '../virustotal-stand-in/log.js';
import type { RoundPlan } from './plan.js';

/** What the scripted platforms are flagged for, by this engine alone. */
export const SCRIPTED = { engine: 'Kaspersky', category: 'malicious', result: 'phishing' } as const;

/** The URL of a platform, by its number. */
export function siteUrl(number: number): string {
  return `https://site${number}.example.org/`;
}

/** What a look into the database found while nobody wrote: both are to be 0. */
export interface TornRows {
  /** Alerts without a completed task that found them. */
  alertsAlone: number;
  /** Completed tasks that found a flag, and no alert of it. */
  flagsAlone: number;
}

/** All that is known of a round when it is over. */
export interface RoundFacts {
  plan: Pick<RoundPlan, 'platforms' | 'flagged' | 'perMinute'>;
  kills: number;
  /** Answers that an outage may have lost: their requests are made again. */
  lossesByOutage: number;
  torn: readonly TornRows[];
  /** Every scan over all that there is. */
  scans: readonly ScanView[];
  tasks: readonly TaskView[];
  alerts: readonly AlertView[];
  stats: StandInStats;
}

import type { AlertReason, AlertState } from '../../src/alert/alert.rules.js';
import type {
  AcceptedTriple,
  Evidence,
  LatestAlert,
  LiveDetection,
} from '../../src/alert/evidence.js';
import { judge } from '../../src/alert/judgement.rules.js';
import type { Verdict } from '../../src/alert/verdict.rules.js';

/** Engines. */
export const A = 1;
export const B = 2;
export const C = 3;

/** The platform's latest alert, and one before it. */
export const ALERT = 10;
export const OLDER = 9;

/** What an engine says in the scan. */
export function says(engine: number, category: string, result: string | null = category): Verdict {
  return { engine, category, result, method: 'blacklist' };
}

/** A live detection of an engine, by default `malicious` and on no alert. */
export function held(engine: number, differs: Partial<LiveDetection> = {}): LiveDetection {
  return {
    id: 100 + engine,
    engine,
    alertId: null,
    category: 'malicious',
    result: 'malicious',
    method: 'blacklist',
    state: 'detected',
    isEngineSilent: false,
    ...differs,
  };
}

/** The platform's latest alert. */
export function alert(state: AlertState, reason: AlertReason | null = null): LatestAlert {
  return { id: ALERT, state, reason };
}

/** An accepted triple. */
export function triple(
  engine: number,
  category = 'malicious',
  result = 'malicious',
): AcceptedTriple {
  return { engine, category, result };
}

/** Judges a conclusive scan, but for what the test names. */
export function judged(evidence: Partial<Evidence>) {
  return judge({
    verdicts: [],
    isConclusive: true,
    live: [],
    accepted: [],
    latestAlert: null,
    threshold: 1,
    ...evidence,
  });
}

import type { AlertReason, AlertState, DetectionState } from './alert.rules.js';
import type { Verdict } from './verdict.rules.js';

/** A detection that speaks for its engine on the platform; there is one an engine at most. */
export interface LiveDetection {
  id: number;
  engine: number;
  /** The alert that holds it; null while too few engines flag for one. */
  alertId: number | null;
  category: string;
  result: string | null;
  method: string | null;
  state: Exclude<DetectionState, 'cleared'>;
  /** Its engine has answered on no platform for 30 days. */
  isEngineSilent: boolean;
}

/** An (engine, category, result) that was accepted on the platform. */
export interface AcceptedTriple {
  engine: number;
  category: string;
  result: string | null;
}

/** Everything that decides what one scan of one platform changes. */
export interface Evidence {
  /** One an engine at most. */
  verdicts: readonly Verdict[];
  isConclusive: boolean;
  live: readonly LiveDetection[];
  accepted: readonly AcceptedTriple[];
  /** The open alert of the platform, else the one that was settled last. */
  latestAlert: LatestAlert | null;
  /** How many counting detections open an alert. */
  threshold: number;
}

/** A flag whose detection is new, with the state it starts in. */
export interface Raised {
  verdict: Verdict;
  state: 'detected' | 'accepted';
  /** The detection that spoke for the engine until now, on an alert that keeps it as it was. */
  replaces: number | null;
}

/** A detection that its engine flags again. */
export interface Seen {
  detectionId: number;
  verdict: Verdict;
  state: 'detected' | 'accepted';
  /** Category, result or state differ from before. */
  isChanged: boolean;
  /** How the engine came to it differs from before, which alone is no news. */
  hasNewMethod: boolean;
}

/** A detection whose engine fell silent, or was heard of again elsewhere. */
interface Hushed {
  detectionId: number;
  state: 'silent' | 'detected';
}

/** What happens to the detections of one platform. */
export interface DetectionChanges {
  raised: Raised[];
  seen: Seen[];
  /** Detections that their own engine cleared. */
  clearedIds: number[];
  hushed: Hushed[];
}

/** The platform's open alert, else the one that was settled last. */
export interface LatestAlert {
  id: number;
  state: AlertState;
  reason: AlertReason | null;
}

/** A detection as it stands once the scan is judged. */
export interface Standing {
  state: LiveDetection['state'];
}

import type { SubmissionEffect } from './analyses.js';
import { canonicaliseUrl } from './canonical-url.js';

/** Which requests a fault strikes; without any of these, the next one. */
export interface FaultMatch {
  method?: string;
  /** A regular expression on the path after `/api/v3`, such as `^/analyses/`. */
  path?: string | RegExp;
  /** The URL that the request is about: submitted, analysed or reported. */
  url?: string;
  /** The first request struck, counting those that match from 1; default 1. */
  nth?: number;
  /** How many are struck from then on; default 1. */
  count?: number | 'always';
  /**
   * Whether the request is processed although its answer is spoiled. Default: as the kind says.
   */
  accepted?: boolean;
}

/** A fault that spoils an answer. Times are real milliseconds, as a client's time-outs are. */
export type AnswerFault =
  /** The socket is destroyed before the request is processed. */
  | { kind: 'reset' }
  /** The request is processed, then the socket is destroyed without an answer. */
  | { kind: 'reset-after-accept' }
  /** Nothing is ever answered. */
  | { kind: 'hang-headers' }
  /** Headers and the first half of the body, then nothing; processed. */
  | { kind: 'hang-body' }
  /** The body comes in pieces (default 16 bytes every 50 ms); processed. */
  | { kind: 'slow-body'; everyMs?: number; bytes?: number }
  /** The answer comes only after so long; processed on arrival. */
  | { kind: 'delay'; ms: number }
  /**
   * A JSON body longer than 8 MiB (default by 64 KiB): in chunks, or with its length declared;
   * processed.
   */
  | { kind: 'oversize'; bytes?: number; declared?: boolean }
  /** Half of the body that its Content-Length declares, then the socket is destroyed; processed. */
  | { kind: 'truncated' }
  | { kind: 'html-200' }
  | { kind: 'html-429' }
  | { kind: 'html-502' }
  | { kind: 'json-null' }
  | { kind: 'json-array' }
  /** An error body; the code defaults to the status's own, the message to the code's. */
  | {
      kind: 'status';
      status: number;
      code?: string;
      message?: string;
      headers?: Record<string, string>;
    }
  /** Any body, verbatim; default status 200 and `application/json`. */
  | { kind: 'body'; body: string; status?: number; headers?: Record<string, string> };

/** One scripted fault. Those of a submission strike POST /urls and POST /urls/{id}/analyse only. */
export type Fault = FaultMatch & (AnswerFault | SubmissionEffect);

/** What a fault is matched against. */
export interface FaultTarget {
  method: string;
  /** After `/api/v3`. */
  path: string;
  /** The canonical URL that the request is about, if it is known. */
  url: string | null;
}

interface Queued<Kind> {
  fault: FaultMatch & Kind;
  /** Requests that matched so far. */
  matched: number;
}

const SUBMISSION_KINDS: readonly string[] = [
  'not-found-after-submit',
  'same-analysis-id',
  'never-completes',
  'few-engines',
  'partial-forever',
] satisfies SubmissionEffect['kind'][];

/** Whether the request is processed although its answer meets the fault, by kind. */
const PROCESSED: Record<AnswerFault['kind'], boolean> = {
  reset: false,
  'reset-after-accept': true,
  'hang-headers': false,
  'hang-body': true,
  'slow-body': true,
  delay: true,
  oversize: true,
  truncated: true,
  'html-200': false,
  'html-429': false,
  'html-502': false,
  'json-null': false,
  'json-array': false,
  status: false,
  body: false,
};

/**
 * The faults to come, first in, first out. A request meets at most one fault of its answer and one
 * of its submission: the first that matches it and is due.
 */
export class FaultQueue {
  private answers: Queued<AnswerFault>[] = [];
  private submissions: Queued<SubmissionEffect>[] = [];

  /** Throws on a kind that there is not, or a path that is no regular expression. */
  add(fault: Fault): void {
    new RegExp(fault.path ?? '');
    if (isOfSubmission(fault)) this.submissions.push({ fault, matched: 0 });
    else if (Object.hasOwn(PROCESSED, fault.kind)) this.answers.push({ fault, matched: 0 });
    else throw new Error(`No fault is called ${fault.kind}`);
  }

  /** The fault that this request's answer meets; it is used up by that. */
  takeForAnswer(target: FaultTarget): (FaultMatch & AnswerFault) | null {
    const taken = take(this.answers, target);
    this.answers = this.answers.filter(isLeft);
    return taken;
  }

  /** The fault that this submission meets; it is used up by that. */
  takeForSubmission(target: FaultTarget): (FaultMatch & SubmissionEffect) | null {
    const taken = take(this.submissions, target);
    this.submissions = this.submissions.filter(isLeft);
    return taken;
  }

  /** How many faults are still to strike, one that always strikes counted once. */
  get size(): number {
    return this.answers.length + this.submissions.length;
  }

  clear(): void {
    this.answers = [];
    this.submissions = [];
  }
}

/** Whether the request is processed when its answer meets the fault. */
export function isProcessed(fault: FaultMatch & AnswerFault): boolean {
  return fault.accepted ?? PROCESSED[fault.kind];
}

function take<Kind>(queue: Queued<Kind>[], target: FaultTarget): (FaultMatch & Kind) | null {
  let taken: (FaultMatch & Kind) | null = null;
  for (const queued of queue) {
    if (!matches(queued.fault, target)) continue;
    // One that is due waits for a request of its own rather than be used up by another's.
    const due = queued.matched + 1 >= (queued.fault.nth ?? 1);
    if (due && taken !== null) continue;
    queued.matched += 1;
    if (due) taken = queued.fault;
  }
  return taken;
}

function isLeft({ fault, matched }: Queued<unknown>): boolean {
  if (fault.count === 'always') return true;
  return matched < (fault.nth ?? 1) - 1 + (fault.count ?? 1);
}

function matches(fault: FaultMatch, target: FaultTarget): boolean {
  return (
    (fault.method === undefined || fault.method.toUpperCase() === target.method) &&
    (fault.path === undefined || new RegExp(fault.path).test(target.path)) &&
    (fault.url === undefined || (canonicaliseUrl(fault.url) ?? fault.url) === target.url)
  );
}

function isOfSubmission(fault: Fault): fault is FaultMatch & SubmissionEffect {
  return SUBMISSION_KINDS.includes(fault.kind);
}

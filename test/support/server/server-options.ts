/** Where a process ends itself with SIGKILL, so that the kill falls where it is to be tried. */
export const KILL_STEPS = [
  /** A place is taken, nothing is sent yet. */
  'before_submit',
  /** VirusTotal has accepted the URL, and the database does not know. */
  'after_answer',
  /** An analysis has been read, and nothing is kept of it. */
  'collecting',
  /** Verdicts and alert are written, and not committed. */
  'inside_transaction',
] as const;

/** `telling`: an alert is about to be told of, where anybody is told at all. */
export type KillStep = (typeof KILL_STEPS)[number] | 'telling';

/** The process ends at the `nth` time, from 1, that it comes to a step. */
export interface KillAt {
  step: KillStep;
  nth: number;
}

/** Faults that the proofs must find. */
export type PlantedFault =
  /** So many requests in each whole minute of the wall clock. */
  | 'fixed_window'
  /** A new process knows nothing of the places of the one before. */
  | 'budget_not_persisted'
  /** A new process begins anew with what was submitted. */
  | 'does_not_resume'
  /** Verdicts and alert are one transaction, the end of the task is another. */
  | 'alert_outside_transaction'
  /** What is told of an alert is written once the alert is committed. */
  | 'outbox_outside_transaction';

/** What a test puts into the server's process at its start, as JSON in its one argument. */
export interface ServerProcessOptions {
  /** How many times as fast as the machine's clock. */
  factor: number;
  /** Virtual time at `realStartMs` of the machine's clock, ms since 1970. */
  epochMs: number;
  realStartMs: number;
  killAt?: KillAt;
  fault?: PlantedFault;
  /** The key's limit, for the planted budgets. */
  perMinute?: number;
}

/** What a test says to a running server; each is answered. */
export type ServerCommand =
  | { kind: 'step'; byMs: number }
  | { kind: 'turn'; factor: number; untilMs: number; thenFactor: number }
  | { kind: 'killAt'; killAt: KillAt | null }
  | { kind: 'watch' }
  | { kind: 'time' };

/** The answer to every command. */
export interface ServerAnswer {
  /** The number of the command. */
  answers: number;
  /** How long the event loop was held up at most since the last `watch`, ms. */
  longestBlockMs: number;
  /** Its wall clock, ms since 1970. */
  nowMs: number;
}

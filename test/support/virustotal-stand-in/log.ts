import { maxInAnySlidingMinute, type QuotaPeriod } from './quota.js';

/** What the stand-in saw since its start, or since its last reset. Times are virtual ms. */
export interface StandInStats {
  /** Every request received, by endpoint such as `GET /analyses/{id}`. */
  requests: Record<string, number>;
  /** Answers sent, by status; answers that a fault withheld or spoiled are under its kind. */
  answers: Record<string, number>;
  /** Submissions accepted, rescans included, by canonical URL. */
  submissions: Record<string, number>;
  /** Requests of GET /analyses/{id}, however answered, by analysis id. */
  polls: Record<string, number>;
  /** Requests over a quota: the sum, and by the quota that was spent. */
  refusals: number;
  refusalsByQuota: Record<QuotaPeriod, number>;
  /** Requests without a key that works. */
  unauthorised: number;
  /** Requests with an answer still to end: now, and at most at any time. */
  inFlight: number;
  maxInFlight: number;
  /** When each request that a quota counts arrived; refused ones too, other tools' not. */
  arrivals: number[];
  /** The most arrivals of one key in any 60 s. */
  maxInAnySlidingMinute: number;
  /** Requests of another tool, as told by `spend`. */
  spent: number;
  /** Scripted faults that have still to strike. */
  faultsPending: number;
}

/** Counts what the server sees. */
export class RequestLog {
  private readonly requests = new Map<string, number>();
  private readonly answers = new Map<string, number>();
  private readonly submissions = new Map<string, number>();
  private readonly polls = new Map<string, number>();
  private readonly arrivals: { at: number; apiKey: string }[] = [];
  private refusals: Record<QuotaPeriod, number> = { minute: 0, day: 0, month: 0 };
  private unauthorised = 0;
  private spent = 0;
  private inFlight = 0;
  private maxInFlight = 0;

  requestBegan(): void {
    this.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
  }

  requestEnded(): void {
    this.inFlight -= 1;
  }

  received(endpoint: string): void {
    increment(this.requests, endpoint);
  }

  /** `outcome` is a status, or the kind of the fault that the answer met. */
  answered(outcome: string): void {
    increment(this.answers, outcome);
  }

  counted(at: number, apiKey: string): void {
    this.arrivals.push({ at, apiKey });
  }

  refused(quota: QuotaPeriod): void {
    this.refusals[quota] += 1;
  }

  refusedKey(): void {
    this.unauthorised += 1;
  }

  submitted(url: string): void {
    increment(this.submissions, url);
  }

  polled(analysisId: string): void {
    increment(this.polls, analysisId);
  }

  spentElsewhere(requests: number): void {
    this.spent += requests;
  }

  stats(faultsPending: number): StandInStats {
    const { minute, day, month } = this.refusals;
    return {
      requests: Object.fromEntries(this.requests),
      answers: Object.fromEntries(this.answers),
      submissions: Object.fromEntries(this.submissions),
      polls: Object.fromEntries(this.polls),
      refusals: minute + day + month,
      refusalsByQuota: { minute, day, month },
      unauthorised: this.unauthorised,
      inFlight: this.inFlight,
      maxInFlight: this.maxInFlight,
      arrivals: this.arrivals.map(({ at }) => at),
      maxInAnySlidingMinute: this.maxOfAnyKey(),
      spent: this.spent,
      faultsPending,
    };
  }

  /** Forgets all but the requests in flight. */
  clear(): void {
    for (const counts of [this.requests, this.answers, this.submissions, this.polls]) {
      counts.clear();
    }
    this.arrivals.length = 0;
    this.refusals = { minute: 0, day: 0, month: 0 };
    this.unauthorised = 0;
    this.spent = 0;
    this.maxInFlight = this.inFlight;
  }

  private maxOfAnyKey(): number {
    const byKey = new Map<string, number[]>();
    for (const { at, apiKey } of this.arrivals) {
      const times = byKey.get(apiKey);
      if (times === undefined) byKey.set(apiKey, [at]);
      else times.push(at);
    }
    let most = 0;
    for (const times of byKey.values()) most = Math.max(most, maxInAnySlidingMinute(times));
    return most;
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

import { BREAKER_FAULTS, breakerPauseMs, quotaPauseMs } from './pace.rules.js';

/** Why the engine makes no request for now, and until when on the monotonic clock. */
export interface Pause {
  reason: 'virustotal_unavailable' | 'minute_quota_spent';
  untilMs: number;
}

interface Success {
  platformId: number;
  atMs: number;
}

/**
 * Remembers how VirusTotal fared lately: after five faulty attempts in a row the breaker opens, and
 * each pause that ends lets one probe through. Nothing is sent during a pause, so what is answered
 * then, or was sent before, was on its way when the pause began: it may lengthen the pause, and
 * says nothing more. Times are monotonic, ms.
 */
export class EnginePauses {
  private faultsInARow = 0;
  private openings = 0;
  private refusalsInARow = 0;
  private pause: Pause | null = null;
  private lastSuccess: Success | null = null;
  /** The latest one of another platform than the last one's. */
  private successElsewhere: Success | null = null;
  private lastOpeningAt: number | null = null;
  /** When the latest pause began; what was sent before learns nothing of it. */
  private pausedAtMs = Number.NEGATIVE_INFINITY;

  /**
   * When a request of another platform than this one last succeeded; null if none did since the
   * start.
   */
  lastSuccessMs(exceptPlatformId: number): number | null {
    const isOther = this.lastSuccess?.platformId !== exceptPlatformId;
    return (isOther ? this.lastSuccess : this.successElsewhere)?.atMs ?? null;
  }

  /** True once the breaker is open or half open: one fault more opens it again. */
  get isBreakerOpen(): boolean {
    return this.lastOpeningAt !== null;
  }

  /** True after a refusal for want of quota, until a request succeeds. */
  get isRefused(): boolean {
    return this.refusalsInARow > 0;
  }

  /** A platform's request was answered as documented, whatever the answer. */
  succeeded(nowMs: number, platformId: number): void {
    if (this.lastSuccess?.platformId !== platformId) this.successElsewhere = this.lastSuccess;
    this.lastSuccess = { platformId, atMs: nowMs };
    if (this.current(nowMs)) return;
    this.faultsInARow = 0;
    this.openings = 0;
    this.refusalsInARow = 0;
    this.pause = null;
    this.lastOpeningAt = null;
  }

  /**
   * A fault of the service or the way to it.
   * @param chance 0 (included) to 1 (excluded)
   */
  faulted(nowMs: number, chance: number, retryAfterMs?: number, sentMs = nowMs): void {
    let pauseMs = Math.min(retryAfterMs ?? 0, 60 * 60_000);
    if (this.wasOnItsWay(sentMs)) {
      this.lengthen('virustotal_unavailable', nowMs + pauseMs);
      return;
    }
    this.faultsInARow += 1;
    if (this.faultsInARow >= BREAKER_FAULTS) {
      this.openings += 1;
      this.lastOpeningAt = nowMs;
      pauseMs = Math.max(pauseMs, breakerPauseMs(this.openings, chance));
    }
    if (pauseMs === 0) return;
    this.pausedAtMs = nowMs;
    this.lengthen('virustotal_unavailable', nowMs + pauseMs);
  }

  /** VirusTotal refused for want of quota. */
  refused(nowMs: number, retryAfterMs?: number, sentMs = nowMs): void {
    const isNews = !this.wasOnItsWay(sentMs);
    if (isNews || this.refusalsInARow === 0) this.refusalsInARow += 1;
    const pauseMs = quotaPauseMs(this.refusalsInARow, retryAfterMs);
    if (isNews) this.pausedAtMs = nowMs;
    this.lengthen('minute_quota_spent', nowMs + pauseMs);
  }

  /** Forgets every pause: the key or the settings changed. */
  reset(): void {
    this.faultsInARow = 0;
    this.openings = 0;
    this.refusalsInARow = 0;
    this.pause = null;
    this.lastOpeningAt = null;
    this.pausedAtMs = Number.NEGATIVE_INFINITY;
  }

  /** The pause in force, if any. */
  current(nowMs: number): Pause | null {
    return this.pause && this.pause.untilMs > nowMs ? this.pause : null;
  }

  private wasOnItsWay(sentMs: number): boolean {
    return sentMs <= this.pausedAtMs;
  }

  /** The longest wait that VirusTotal gave cause for holds, whatever came after it. */
  private lengthen(reason: Pause['reason'], untilMs: number): void {
    if (!this.pause || untilMs > this.pause.untilMs) this.pause = { reason, untilMs };
  }
}

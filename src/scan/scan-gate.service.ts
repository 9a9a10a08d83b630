import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { Random } from '../config/random.js';
import { SecretUnreadableError } from '../config/secret-box.js';
import type { VirusTotalSettings } from '../virustotal/virustotal-settings.entity.js';
import { statusOf, VirusTotalSettingsService } from '../virustotal/virustotal-settings.service.js';
import { EnginePauses } from './engine-pauses.js';
import { VirusTotalError } from '../virustotal/virustotal-error.js';
import { QuotaReader } from './quota-reader.service.js';
import { ScanStateService, type Wait } from './scan-state.service.js';

/** What a request needs beside its place, when nothing stands in its way. */
export interface GoAhead {
  apiKey: string;
  threshold: number;
}

/** Whether requests may be made, and how VirusTotal's troubles change that. */
@Injectable()
export class ScanGate {
  private readonly logger = new Logger(ScanGate.name);
  private readonly pauses = new EnginePauses();
  private keySeen: string | null = null;
  private keySeenSinceMs = Number.NEGATIVE_INFINITY;
  private unreadableKey: string | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly settings: VirusTotalSettingsService,
    private readonly quotas: QuotaReader,
    private readonly states: ScanStateService,
  ) {}

  /**
   * The key and what else a request needs, or why scans wait, or how long until VirusTotal can be
   * asked for its quotas first, ms.
   * @param isScanBegun true for the first request of a scan, before which the quotas are read
   */
  async ask(isScanBegun: boolean): Promise<GoAhead | { wait: Wait } | { waitMs: number }> {
    const settings = await this.settings.recent();
    if (statusOf(settings) !== 'active') return this.waitFor('integration_inactive', null);
    if (settings.keyState === 'rejected') return this.waitFor('key_rejected', null);
    this.forgetPausesOfAnotherKey(settings.apiKeyCiphertext);
    const wait = this.pauseInForce();
    if (wait) return { wait };
    const apiKey = this.readKey(settings);
    if (typeof apiKey !== 'string') return apiKey;
    if (isScanBegun) this.quotas.scanBegins();
    // One request a pause tells whether VirusTotal works again, and the quotas tell it of no scan.
    if (this.isProbing() && !this.pauses.isRefused) {
      return { apiKey, threshold: settings.alertThreshold };
    }
    try {
      const waitMs = await this.quotas.readIfDue(apiKey);
      return waitMs > 0 ? { waitMs } : { apiKey, threshold: settings.alertThreshold };
    } catch (error) {
      if (!(error instanceof VirusTotalError)) throw error;
      await this.troubled(error);
      return this.waitFor('key_rejected', null);
    }
  }

  /**
   * When a request of another platform last succeeded, on the wall clock; null if none did since
   * the start.
   */
  lastSuccess(exceptPlatformId: number): Date | null {
    const successMs = this.pauses.lastSuccessMs(exceptPlatformId);
    if (successMs === null) return null;
    return new Date(this.clock.now().getTime() - (this.clock.monotonicMs() - successMs));
  }

  /** How much is left of the pause in which no request is made, ms; 0 when there is none. */
  pauseLeftMs(): number {
    const nowMs = this.clock.monotonicMs();
    return (this.pauses.current(nowMs)?.untilMs ?? nowMs) - nowMs;
  }

  /** VirusTotal did not work lately: the next request is a probe. */
  isProbing(): boolean {
    return this.pauses.isBreakerOpen;
  }

  /** VirusTotal answered a platform's request as it should. */
  succeeded(platformId: number): void {
    this.pauses.succeeded(this.clock.monotonicMs(), platformId);
  }

  /** A fault that concerns more than one task. */
  async troubled(trouble: VirusTotalError): Promise<void> {
    const nowMs = this.clock.monotonicMs();
    const { reason, retryAfterMs, isRateLimit = false, sentMs = nowMs } = trouble.details;
    // Another tool may have spent what the key has.
    if (isRateLimit || trouble.kind === 'quota_exceeded') this.quotas.markDue();
    if (sentMs < this.keySeenSinceMs) {
      // What was refused to one key says nothing of the next.
      this.logger.warn(`VirusTotal refused a request with a key that is replaced: ${reason}`);
    } else if (trouble.kind === 'key_rejected') {
      this.logger.error(`VirusTotal rejects the API key: ${reason}`);
      // A key that was saved while VirusTotal thought about the one before has rejected nothing.
      const { apiKeyCiphertext } = await this.settings.current();
      if (apiKeyCiphertext === this.keySeen) await this.settings.recordKeyState('rejected', reason);
    } else if (trouble.kind === 'quota_exceeded') {
      this.logger.warn(`VirusTotal refused for want of quota: ${reason}`);
      this.pauses.refused(nowMs, retryAfterMs, sentMs);
    } else {
      this.logger.warn(`VirusTotal does not answer as it should: ${reason}`);
      this.pauses.faulted(nowMs, this.random.next(), retryAfterMs, sentMs);
      const wait = this.pauseInForce();
      // At once: there may be no job that would ask and be told before the pause is over.
      if (wait) await this.states.waiting(wait);
    }
  }

  private pauseInForce(): Wait | null {
    const nowMs = this.clock.monotonicMs();
    const pause = this.pauses.current(nowMs);
    if (!pause) return null;
    const leftMs = pause.untilMs - nowMs;
    return { reason: pause.reason, until: new Date(this.clock.now().getTime() + leftMs) };
  }

  /** What was refused to one key says nothing of the next. */
  private forgetPausesOfAnotherKey(ciphertext: string | null): void {
    if (this.keySeen === ciphertext) return;
    if (this.keySeen !== null) {
      this.pauses.reset();
      this.keySeenSinceMs = this.clock.monotonicMs();
    }
    this.keySeen = ciphertext;
  }

  /** It was encrypted under an OJU_SECRET that is lost: only a person can enter it again. */
  private readKey(settings: VirusTotalSettings): string | { wait: Wait } {
    try {
      return this.settings.keyIn(settings) ?? this.waitFor('integration_inactive', null);
    } catch (error) {
      if (!(error instanceof SecretUnreadableError)) throw error;
      this.tellOnce(error);
      return this.waitFor('key_unreadable', null);
    }
  }

  /** The gate is asked every few seconds for as long as the scan waits. */
  private tellOnce({ message }: SecretUnreadableError): void {
    if (this.unreadableKey === this.keySeen) return;
    this.unreadableKey = this.keySeen;
    this.logger.error(`The stored API key has to be entered again: ${message}`);
  }

  private waitFor(reason: Wait['reason'], until: Date | null): { wait: Wait } {
    return { wait: { reason, until } };
  }
}

import { Injectable } from '@nestjs/common';
import { SecretUnreadableError } from '../config/secret-box.js';
import type { Quotas } from '../virustotal/answers.js';
import { BudgetUsageService } from '../virustotal/budget-usage.service.js';
import { Budget } from '../virustotal/budget.service.js';
import { VirusTotalClient } from '../virustotal/virustotal.client.js';
import { VirusTotalError } from '../virustotal/virustotal-error.js';
import { VirusTotalSettingsService } from '../virustotal/virustotal-settings.service.js';

/** How long a test of a key waits for a free request, ms. */
const PATIENCE_MS = 20_000;

/** What a test of a key found out. */
export interface Verification {
  /** Null when VirusTotal could not be asked. */
  valid: boolean | null;
  reason:
    | 'accepted'
    | 'no_key'
    | 'key_unreadable'
    | 'wrong_key'
    | 'not_active'
    | 'forbidden'
    | 'no_free_request'
    | 'quota_exceeded'
    | 'unavailable';
  /** VirusTotal's own words, scrubbed of the key. */
  detail: string | null;
  quotas: Quotas | null;
}

/** Asks VirusTotal whether a key is good. It costs nothing of the day and the month. */
@Injectable()
export class KeyVerifier {
  constructor(
    private readonly client: VirusTotalClient,
    private readonly budget: Budget,
    private readonly usage: BudgetUsageService,
    private readonly settings: VirusTotalSettingsService,
  ) {}

  /** Tries a key without keeping anything of it. */
  async tryKey(apiKey: string): Promise<Verification> {
    const place = await this.budget.takeForAccount(PATIENCE_MS);
    if (!place) return verdict(null, 'no_free_request');
    try {
      const quotas = await this.client.quotas({ place, apiKey });
      return { valid: true, reason: 'accepted', detail: null, quotas };
    } catch (error) {
      if (!(error instanceof VirusTotalError)) throw error;
      return understood(error);
    }
  }

  /** Tries the stored key, and keeps what VirusTotal says of it. */
  async tryStoredKey(): Promise<Verification> {
    try {
      return await this.tryStored();
    } catch (error) {
      if (!(error instanceof SecretUnreadableError)) throw error;
      return verdict(false, 'key_unreadable');
    }
  }

  /** @throws SecretUnreadableError */
  private async tryStored(): Promise<Verification> {
    const apiKey = await this.settings.apiKey();
    if (apiKey === null) return verdict(false, 'no_key');
    const verification = await this.tryKey(apiKey);
    // Another key may have been saved while VirusTotal thought about this one.
    if ((await this.settings.apiKey()) !== apiKey) return verification;
    if (verification.valid === true) {
      await this.settings.recordKeyState('accepted', null);
      if (verification.quotas) await this.usage.recordQuotas(verification.quotas, apiKey);
    } else if (verification.valid === false) {
      await this.settings.recordKeyState('rejected', verification.detail);
    } else if (verification.reason === 'forbidden') {
      await this.doubtRejection(verification.detail);
    }
    return verification;
  }

  /** VirusTotal knows the key, but not for its quotas: whether it may scan only a scan can tell. */
  private async doubtRejection(detail: string | null): Promise<void> {
    const { keyState } = await this.settings.current();
    if (keyState === 'rejected') await this.settings.recordKeyState('unverified', detail);
  }
}

function verdict(
  valid: boolean | null,
  reason: Verification['reason'],
  detail: string | null = null,
): Verification {
  return { valid, reason, detail, quotas: null };
}

function understood({ kind, details }: VirusTotalError): Verification {
  if (kind === 'quota_exceeded') return verdict(null, 'quota_exceeded', details.reason);
  if (details.isForbidden) return verdict(null, 'forbidden', details.reason);
  if (kind !== 'key_rejected' && kind !== 'not_found') {
    return verdict(null, 'unavailable', details.reason);
  }
  if (details.reason.includes('UserNotActiveError')) {
    return verdict(false, 'not_active', details.reason);
  }
  return verdict(false, 'wrong_key', details.reason);
}

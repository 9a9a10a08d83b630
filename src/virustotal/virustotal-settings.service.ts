import { Injectable } from '@nestjs/common';
import { differences } from '../access/audit-fields.rules.js';
import { AuditTrail } from '../access/audit-trail.service.js';
import { Clock } from '../config/clock.js';
import { Redactor } from '../config/redactor.js';
import { SecretBox, SecretUnreadableError } from '../config/secret-box.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { BudgetUsage } from './budget-usage.entity.js';
import type { Limits } from './budget.rules.js';
import { keyIdOf } from './key-id.rules.js';
import { KEY_PURPOSE, type KeyState, VirusTotalSettings } from './virustotal-settings.entity.js';
import { ActiveWithoutKeyError } from './virustotal.errors.js';

const SETTINGS_ID = 1;
/** How long settings that were read count as recent, ms. */
const RECENT_MS = 1000;

/** What a public key may spend (VirusTotal's own page on it), and a reserve. */
export const DEFAULTS = {
  scanFrequencyDays: 1,
  requestsPerMinute: 4,
  requestsPerDay: 500,
  requestsPerMonth: 15_500,
  reservePercent: 10,
  alertThreshold: 1,
  keepDetailsDays: null,
} as const;

/** The integration's status. */
export type IntegrationStatus = 'active' | 'inactive' | 'configuration_required';

/** What an admin may change; what is absent stays. `apiKey: null` removes the key. */
export interface SettingsChanges {
  apiKey?: string | null;
  isActive?: boolean;
  scanFrequencyDays?: number;
  requestsPerMinute?: number;
  requestsPerDay?: number;
  requestsPerMonth?: number;
  reservePercent?: number;
  alertThreshold?: number;
  /** Null keeps details whatever their age. */
  keepDetailsDays?: number | null;
}

/** The limits that settings hold. */
export function limitsOf(settings: VirusTotalSettings): Limits {
  return {
    perMinute: settings.requestsPerMinute,
    perDay: settings.requestsPerDay,
    perMonth: settings.requestsPerMonth,
    reservePercent: settings.reservePercent,
  };
}

/** Without a key the integration asks for configuration, whatever else is set. */
export function statusOf(settings: VirusTotalSettings): IntegrationStatus {
  if (settings.apiKeyCiphertext === null) return 'configuration_required';
  return settings.isActive ? 'active' : 'inactive';
}

/** VirusTotal settings, and the key's custody: encrypted at rest, in no log, never read back. */
@Injectable()
export class VirusTotalSettingsService {
  private latest: { settings: VirusTotalSettings; readMs: number } | null = null;
  /** How many there were: a reading that one fell into is not kept. */
  private changes = 0;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly secretBox: SecretBox,
    private readonly redactor: Redactor,
    private readonly audit: AuditTrail,
  ) {}

  /** The settings as they stand; the defaults until an admin saved any. */
  async current(): Promise<VirusTotalSettings> {
    const found = await this.unitOfWork
      .repository(VirusTotalSettings)
      .findOneBy({ id: SETTINGS_ID });
    return found ?? this.defaults();
  }

  /**
   * The settings as they stood at most a second ago, for what asks many times a second; not to be
   * changed. A change by this process is seen at once.
   */
  async recent(): Promise<VirusTotalSettings> {
    const readMs = this.clock.monotonicMs();
    if (this.latest && readMs - this.latest.readMs < RECENT_MS) return this.latest.settings;
    const { changes } = this;
    const settings = await this.current();
    // One that was changed while it was read may be older than the change.
    if (changes === this.changes) this.latest = { settings, readMs };
    return settings;
  }

  /**
   * Locks the settings for the rest of the unit of work. The budget takes this lock, too, so that
   * its places and counts are taken one after the other on MySQL as they are on SQLite.
   */
  async lock(): Promise<VirusTotalSettings> {
    const settings = this.unitOfWork.repository(VirusTotalSettings);
    const locked = { where: { id: SETTINGS_ID }, lock: this.unitOfWork.forUpdate };
    // Looked for first: on MySQL an insert that is ignored takes a shared lock, and two callers
    // that both held it could only wait for each other.
    const found = await settings.findOne(locked);
    if (found) return found;
    await settings.createQueryBuilder().insert().values(this.defaults()).orIgnore().execute();
    return settings.findOneOrFail(locked);
  }

  /**
   * Changes what is given.
   * @returns the settings, and whether another key is in force than before
   * @throws ActiveWithoutKeyError when it would be active without a key
   */
  async update(
    changes: SettingsChanges,
  ): Promise<{ settings: VirusTotalSettings; isNewKey: boolean }> {
    return this.change(async () => {
      const settings = await this.lock();
      const before = auditedFields(settings);
      const { apiKey, ...rest } = changes;
      const stored = this.readableKey(settings);
      const isNewKey = typeof apiKey === 'string' && apiKey !== stored;
      if (stored !== null) await this.nameUsage(settings, stored);
      if (apiKey === null) this.removeKey(settings);
      if (isNewKey) this.putKey(settings, apiKey);
      for (const [name, value] of Object.entries<unknown>(rest)) {
        if (value !== undefined) Object.assign(settings, { [name]: value });
      }
      if (settings.isActive && settings.apiKeyCiphertext === null) {
        throw new ActiveWithoutKeyError();
      }
      settings.updatedAt = this.clock.now();
      await this.unitOfWork.repository(VirusTotalSettings).save(settings);
      const changed = differences(before, auditedFields(settings));
      if (changed || isNewKey) {
        const subject = { kind: 'integration', label: 'virustotal' };
        const after = { ...changed?.after, ...(isNewKey ? { keyReplaced: true } : {}) };
        const { before: old } = changed ?? {};
        await this.audit.record({
          action: 'integration.changed',
          subject,
          before: old,
          after,
        });
      }
      return { settings, isNewKey };
    });
  }

  /**
   * The key in the clear, for a request; null when none is set.
   * @throws SecretUnreadableError when no OJU_SECRET at hand opens it
   */
  async apiKey(): Promise<string | null> {
    return this.keyIn(await this.current());
  }

  /** Whether a key is stored that no OJU_SECRET at hand opens: it has to be entered again. */
  isKeyUnreadable(settings: VirusTotalSettings): boolean {
    return settings.apiKeyCiphertext !== null && this.readableKey(settings) === null;
  }

  /** Keeps what VirusTotal said of the key in force. */
  async recordKeyState(keyState: KeyState, lastError: string | null): Promise<void> {
    await this.change(async () => {
      const settings = await this.lock();
      settings.keyState = keyState;
      settings.lastError =
        lastError === null ? null : this.redactor.redact(lastError).slice(0, 1000);
      if (keyState === 'accepted') settings.lastVerifiedAt = this.clock.now();
      await this.unitOfWork.repository(VirusTotalSettings).save(settings);
    });
  }

  /** What was read before or during a change says nothing of it. */
  private async change<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.unitOfWork.run(work);
    } finally {
      this.changes += 1;
      this.latest = null;
    }
  }

  /**
   * The key in the clear that some settings hold.
   * @throws SecretUnreadableError when no OJU_SECRET at hand opens it
   */
  keyIn(settings: VirusTotalSettings): string | null {
    if (settings.apiKeyCiphertext === null) return null;
    const key = this.secretBox.decrypt(settings.apiKeyCiphertext, KEY_PURPOSE);
    this.redactor.protect(key);
    return key;
  }

  /** A key that no secret opens any more must not stand in the way of the one that replaces it. */
  private readableKey(settings: VirusTotalSettings): string | null {
    try {
      return this.keyIn(settings);
    } catch (error) {
      if (error instanceof SecretUnreadableError) return null;
      throw error;
    }
  }

  /** What was counted before usage was kept by key was spent by the key that is stored. */
  private async nameUsage(settings: VirusTotalSettings, apiKey: string): Promise<void> {
    if (settings.keyId !== null) return;
    settings.keyId = keyIdOf(apiKey);
    await this.unitOfWork.repository(BudgetUsage).update({ keyId: '' }, { keyId: settings.keyId });
  }

  private putKey(settings: VirusTotalSettings, apiKey: string): void {
    this.redactor.protect(apiKey);
    settings.apiKeyCiphertext = this.secretBox.encrypt(apiKey, KEY_PURPOSE);
    settings.apiKeyHint = apiKey.slice(-4);
    settings.keyId = keyIdOf(apiKey);
    settings.keyState = 'unverified';
    settings.lastError = null;
    settings.lastVerifiedAt = null;
  }

  /** An integration without a key cannot be active; saying so again would be a second click. */
  private removeKey(settings: VirusTotalSettings): void {
    settings.apiKeyCiphertext = null;
    settings.apiKeyHint = null;
    settings.keyId = null;
    settings.keyState = 'unverified';
    settings.lastError = null;
    settings.lastVerifiedAt = null;
    settings.isActive = false;
  }

  private defaults(): VirusTotalSettings {
    return this.unitOfWork.repository(VirusTotalSettings).create({
      id: SETTINGS_ID,
      isActive: false,
      apiKeyCiphertext: null,
      apiKeyHint: null,
      keyId: null,
      keyState: 'unverified',
      ...DEFAULTS,
      lastVerifiedAt: null,
      lastError: null,
      updatedAt: this.clock.now(),
    });
  }
}

/** Of the key only whether there is one, and its last four characters, which pages show as well. */
function auditedFields(settings: VirusTotalSettings) {
  return {
    apiKeyHint: settings.apiKeyHint,
    active: settings.isActive,
    scanFrequencyDays: settings.scanFrequencyDays,
    requestsPerMinute: settings.requestsPerMinute,
    requestsPerDay: settings.requestsPerDay,
    requestsPerMonth: settings.requestsPerMonth,
    reservePercent: settings.reservePercent,
    alertThreshold: settings.alertThreshold,
    keepDetailsDays: settings.keepDetailsDays,
  };
}

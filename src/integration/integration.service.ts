import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../access/audit-trail.service.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { ScanService } from '../scan/scan.service.js';
import type { VirusTotalSettings } from '../virustotal/virustotal-settings.entity.js';
import { VirusTotalSettingsService } from '../virustotal/virustotal-settings.service.js';
import type { Capacity } from './capacity.rules.js';
import { CapacityService } from './capacity.service.js';
import type { SettingsBody } from './integration.dto.js';

/** The integration as it stands. */
export interface IntegrationState {
  settings: VirusTotalSettings;
  /** A key is stored, but no OJU_SECRET at hand decrypts it. */
  isKeyUnreadable: boolean;
  capacity: Capacity;
  nextScanAt: Date | null;
}

/** The VirusTotal integration: its settings and what they can carry. */
@Injectable()
export class IntegrationService {
  constructor(
    private readonly settings: VirusTotalSettingsService,
    private readonly capacity: CapacityService,
    private readonly scans: ScanService,
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  async state(): Promise<IntegrationState> {
    const settings = await this.settings.current();
    const schedule = await this.scans.schedule();
    return {
      settings,
      isKeyUnreadable: this.settings.isKeyUnreadable(settings),
      capacity: await this.capacity.of(settings),
      nextScanAt: schedule?.nextScanAt ?? null,
    };
  }

  /**
   * Changes what is given.
   * @returns whether there is a key that VirusTotal has not been asked about
   * @throws ActiveWithoutKeyError
   */
  async save({ active, ...changes }: SettingsBody): Promise<{ isToVerify: boolean }> {
    const { settings } = await this.settings.update({ ...changes, isActive: active });
    // A key that was rejected and is saved again is tried again: the refusal may have passed.
    const isToVerify =
      settings.apiKeyCiphertext !== null &&
      (settings.keyState === 'unverified' || typeof changes.apiKey === 'string');
    return { isToVerify };
  }

  /** Tells the audit trail that somebody had a key tried, and what came out. */
  async recordTest(tried: 'typed' | 'stored', outcome: string): Promise<void> {
    await this.unitOfWork.run(() =>
      this.audit.record({
        action: 'integration.verified',
        subject: { kind: 'integration', label: 'virustotal' },
        after: { tried, outcome },
      }),
    );
  }
}

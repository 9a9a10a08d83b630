import { Injectable, Logger } from '@nestjs/common';
import { EngineWakeup } from '../scan/engine-wakeup.js';
import { JobPermit } from '../scan/job-permit.service.js';
import { ScanScheduler } from '../scan/scan.scheduler.js';
import type { SettingsBody } from './integration.dto.js';
import { IntegrationService } from './integration.service.js';
import { KeyVerifier, type Verification } from './key-verifier.service.js';

/** Saves settings and tells those who work by them: the schedule and the engine. */
@Injectable()
export class IntegrationChanges {
  private readonly logger = new Logger(IntegrationChanges.name);

  constructor(
    private readonly integration: IntegrationService,
    private readonly verifier: KeyVerifier,
    private readonly scheduler: ScanScheduler,
    private readonly engine: EngineWakeup,
    private readonly permits: JobPermit,
  ) {}

  /** Saving never waits for VirusTotal: a key that it does not know yet is tried behind it. */
  async save(body: SettingsBody): Promise<void> {
    const { isToVerify } = await this.integration.save(body);
    await this.tell();
    if (!isToVerify) return;
    this.verify().catch((error: unknown) => {
      this.logger.error(`The saved key could not be tried: ${String(error)}`);
    });
  }

  /** The same as {@link verify} for a person who asks for it: the audit trail is told. */
  async test(apiKey?: string): Promise<Verification> {
    const verification = await this.verify(apiKey);
    await this.integration.recordTest(
      apiKey === undefined ? 'stored' : 'typed',
      verification.reason,
    );
    return verification;
  }

  /** Tries the key given, or the stored one, which a good answer sets working again. */
  private async verify(apiKey?: string): Promise<Verification> {
    if (apiKey !== undefined) return this.verifier.tryKey(apiKey);
    const verification = await this.verifier.tryStoredKey();
    this.engine.wake();
    return verification;
  }

  private async tell(): Promise<void> {
    this.permits.settingsChanged();
    await this.scheduler.rebuild();
    this.engine.wake();
  }
}

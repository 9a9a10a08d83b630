import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { AccessSettings } from './access-settings.entity.js';
import { AuditTrail } from './audit-trail.service.js';

const SETTINGS_ID = 1;

/** What an admin asks of everybody who signs in. */
@Injectable()
export class AccessSettingsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  /** False until an admin asked for it. */
  async isSecondFactorRequired(): Promise<boolean> {
    return (await this.settings().findOneBy({ id: SETTINGS_ID }))?.isSecondFactorRequired ?? false;
  }

  /** In force from the next request of everybody on. */
  async requireSecondFactor(isRequired: boolean): Promise<void> {
    await this.unitOfWork.run(async () => {
      const before = await this.isSecondFactorRequired();
      if (before === isRequired) return;
      await this.settings().save({ id: SETTINGS_ID, isSecondFactorRequired: isRequired });
      await this.audit.record({
        action: 'access.second_factor_required',
        before: { isRequired: before },
        after: { isRequired },
      });
    });
  }

  private settings() {
    return this.unitOfWork.repository(AccessSettings);
  }
}

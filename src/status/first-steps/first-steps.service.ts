import { Injectable } from '@nestjs/common';
import type { Role } from '../../access/rights.js';
import { AuditTrail } from '../../access/audit-trail.service.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { FirstSteps } from './first-steps.entity.js';
import { type FirstStep, firstSteps } from './first-steps.rules.js';
import { StepFactsReader } from './step-facts.service.js';

const ID = 1;

/** What can be left out: the channels, or what is left of the list. */
export type Skippable = 'channels' | 'all';

/** The first steps of an installation. They tick themselves off: nothing is kept of what is done. */
@Injectable()
export class FirstStepsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly facts: StepFactsReader,
    private readonly audit: AuditTrail,
  ) {}

  /** Those that a role may do; none once these are done, or an admin has hidden them. */
  async of(role: Role): Promise<FirstStep[]> {
    const { isHidden, isWithoutChannels } = await this.said();
    if (isHidden) return [];
    const done = await this.facts.done();
    const channels = done.channels || isWithoutChannels;
    return firstSteps({ done: { ...done, channels }, isHidden }, role);
  }

  /** An admin does without channels, or without what is left of the list; for everybody. */
  async skip(what: Skippable): Promise<void> {
    await this.unitOfWork.run(async () => {
      const before = await this.said();
      const after = {
        isHidden: before.isHidden || what === 'all',
        isWithoutChannels: before.isWithoutChannels || what === 'channels',
      };
      await this.rows.save({ id: ID, ...after });
      await this.audit.record({ action: 'first_steps.skipped', after: { what } });
    });
  }

  private async said(): Promise<Pick<FirstSteps, 'isHidden' | 'isWithoutChannels'>> {
    const row = await this.rows.findOneBy({ id: ID });
    return row ?? { isHidden: false, isWithoutChannels: false };
  }

  private get rows() {
    return this.unitOfWork.repository(FirstSteps);
  }
}

import { AuditTrail } from '../../src/access/audit-trail.service.js';
import type { Clock } from '../../src/config/clock.js';
import { SystemRandom } from '../../src/config/random.js';
import { Redactor } from '../../src/config/redactor.js';
import { SecretBox } from '../../src/config/secret-box.js';
import type { OjuDataSource } from '../../src/database/oju-data-source.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { BudgetPlace } from '../../src/virustotal/budget-place.entity.js';
import { BudgetUsage } from '../../src/virustotal/budget-usage.entity.js';
import { BudgetUsageService } from '../../src/virustotal/budget-usage.service.js';
import type { Purpose } from '../../src/virustotal/budget.rules.js';
import { Budget, type Place, type Taken } from '../../src/virustotal/budget.service.js';
import {
  DEFAULTS,
  type SettingsChanges,
  VirusTotalSettingsService,
} from '../../src/virustotal/virustotal-settings.service.js';
import type { SimulatedBudget } from './budget-simulation.js';
import { TEST_SECRET } from './databases.js';

/** The budget as one process has it, made by hand so that a test can have several. */
export class BudgetProcess implements SimulatedBudget<Place> {
  readonly unitOfWork: UnitOfWork;
  readonly settings: VirusTotalSettingsService;
  readonly usage: BudgetUsageService;
  readonly budget: Budget;

  constructor(
    dataSource: OjuDataSource,
    readonly clock: Clock,
  ) {
    this.unitOfWork = new UnitOfWork(dataSource, clock, new SystemRandom());
    const box = new SecretBox([TEST_SECRET]);
    const redactor = new Redactor();
    const audit = new AuditTrail(this.unitOfWork, clock, redactor);
    this.settings = new VirusTotalSettingsService(this.unitOfWork, clock, box, redactor, audit);
    this.usage = new BudgetUsageService(this.unitOfWork, clock, this.settings);
    this.budget = new Budget(this.unitOfWork, clock, this.settings, this.usage);
  }

  async take(purpose: Purpose = 'routine') {
    const taken = await this.budget.take(purpose);
    return taken.place ? taken : { place: null, waitMs: this.waitMs(taken) };
  }

  answered(place: Place): Promise<void> {
    return this.budget.answered(place);
  }

  /** A place that must be there. */
  async place(purpose: Purpose = 'routine'): Promise<Place> {
    const taken = await this.budget.take(purpose);
    if (!taken.place) throw new Error(`There is no place: ${JSON.stringify(taken)}`);
    return taken.place;
  }

  /** One request that takes no time. */
  async spend(purpose: Purpose = 'routine'): Promise<void> {
    await this.answered(await this.place(purpose));
  }

  /** The database as before the first request, the settings at their defaults but for `changes`. */
  async begin(changes: SettingsChanges): Promise<void> {
    await this.unitOfWork.run(async () => {
      await this.unitOfWork.repository(BudgetPlace).deleteAll();
      await this.unitOfWork.repository(BudgetUsage).deleteAll();
      await this.settings.update({ ...DEFAULTS, ...changes });
    });
  }

  async places(): Promise<BudgetPlace[]> {
    return this.unitOfWork.repository(BudgetPlace).find({ order: { id: 'ASC' } });
  }

  /** What was counted in a day (`2026-11-24`) or month. */
  async usedIn(period: string): Promise<number> {
    const usage = await this.unitOfWork.repository(BudgetUsage).findOneBy({ period });
    return usage?.used ?? 0;
  }

  private waitMs(taken: Taken & { place: null }): number {
    if ('waitMs' in taken) return taken.waitMs;
    return taken.until.getTime() - this.clock.now().getTime();
  }
}

import { Alert } from '../../../src/alert/alert.entity.js';
import { AlertNews } from '../../../src/alert/alert-news.service.js';
import type { Clock } from '../../../src/config/clock.js';
import { UnitOfWork } from '../../../src/database/unit-of-work.js';
import { DatabaseFeeder } from '../../../src/scan/database-feeder.js';
import { ScanTask } from '../../../src/scan/scan-task.entity.js';
import { TaskProgress } from '../../../src/scan/task-progress.service.js';
import type { TaskStep } from '../../../src/scan/task-step.service.js';
import type { VerdictKeeper } from '../../../src/scan/verdict-keeper.service.js';
import { Budget, type Place } from '../../../src/virustotal/budget.service.js';
import type { ProcessClock } from '../budget-simulation.js';
import { budgetWith } from '../faulty-budgets.js';
import type { PlantedFault } from './server-options.js';

const PLENTY = { perDay: 1_000_000, perMonth: 1_000_000 };

/** Makes this process wrong in one way. @param perMinute the limit that a planted budget is given */
export function plant(fault: PlantedFault, clock: Clock, perMinute: number): void {
  switch (fault) {
    case 'fixed_window':
      plantBudget('fixed_window', clock, perMinute);
      return;
    case 'budget_not_persisted':
      plantBudget('not_persisted', clock, perMinute);
      return;
    case 'does_not_resume':
      beginAnew();
      return;
    case 'alert_outside_transaction':
      splitTransaction();
      return;
    case 'outbox_outside_transaction':
      tellAfterwards();
      return;
  }
}

function plantBudget(fault: 'fixed_window' | 'not_persisted', clock: Clock, perMinute: number) {
  // Of a clock the budgets ask for the time alone.
  const budget = budgetWith(fault, { perMinute, ...PLENTY })(clock as ProcessClock);
  const places = new Map<Place, object>();
  Budget.prototype.take = async function (purpose) {
    const taken = await budget.take();
    if (taken.place === null) return { place: null, shortage: 'pace', waitMs: taken.waitMs };
    const place: Place = { blockId: 0, takenAt: clock.now(), purpose };
    places.set(place, taken.place);
    return { place };
  };
  Budget.prototype.answered = async function (place) {
    const inner = places.get(place);
    places.delete(place);
    if (inner) await budget.answered(inner);
  };
}

function beginAnew(): void {
  // oxlint-disable-next-line typescript/unbound-method -- applied to its instance below
  const { run } = DatabaseFeeder.prototype;
  DatabaseFeeder.prototype.run = async function (stop) {
    const { lease } = this as unknown as { lease: { unitOfWork: UnitOfWork } };
    const { unitOfWork } = lease;
    await unitOfWork.run(() =>
      unitOfWork
        .repository(ScanTask)
        .update(
          { state: 'submitted' },
          { state: 'pending', analysisId: null, submittedAt: null, dueAt: null },
        ),
    );
    await run.call(this, stop);
  };
}

function splitTransaction(): void {
  TaskProgress.prototype.completed = async function (task, analysis, threshold) {
    const { unitOfWork, keeper, steps, clock } = this as unknown as {
      unitOfWork: UnitOfWork;
      keeper: VerdictKeeper;
      steps: TaskStep;
      clock: Clock;
    };
    const result = await unitOfWork.run(() => keeper.keep(task, analysis, threshold, clock.now()));
    await steps.answered(task, () => Promise.resolve({ state: 'completed', result }));
  };
}

function tellAfterwards(): void {
  // oxlint-disable-next-line typescript/unbound-method -- applied to its instance below
  const { changed } = AlertNews.prototype;
  AlertNews.prototype.changed = function (alert, lines) {
    const { unitOfWork } = this as unknown as { unitOfWork: UnitOfWork };
    const asItIs = Object.assign(new Alert(), alert);
    const tell = () => changed.call(this, asItIs, lines);
    unitOfWork.afterCommit(() => void unitOfWork.run(tell));
    return Promise.resolve();
  };
}

import { Injectable } from '@nestjs/common';
import { AdminMailer } from '../../notification/admin-mail/admin-mailer.service.js';
import { BudgetWatch } from './budget-watch.service.js';
import { Heartbeat } from './heartbeat.service.js';
import { KeyWatch } from './key-watch.service.js';
import { OverdueWatch } from './overdue-watch.service.js';

type Part = (stop: AbortSignal) => Promise<void>;

/** What is looked for, by name. */
@Injectable()
export class WatchParts {
  readonly all: ReadonlyMap<string, Part>;

  constructor(
    overdue: OverdueWatch,
    key: KeyWatch,
    budget: BudgetWatch,
    mails: AdminMailer,
    heartbeat: Heartbeat,
  ) {
    this.all = new Map<string, Part>([
      ['an overdue scan', () => overdue.look()],
      ['a rejected key', () => key.look()],
      ['a short budget', () => budget.look()],
      ['mails to admins', (stop) => mails.sendDue(stop)],
      ['the heartbeat', (stop) => heartbeat.look(stop)],
    ]);
  }
}

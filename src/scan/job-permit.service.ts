import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import type { Purpose, Shortage } from '../virustotal/budget.rules.js';
import { Budget } from '../virustotal/budget.service.js';
import type { Call } from '../virustotal/virustotal.client.js';
import { ScanGate } from './scan-gate.service.js';
import { ScanStateService } from './scan-state.service.js';
import type { Job } from './task-queue.service.js';

/** How long no job is worth asking for, ms; `routine` when named re-scans may still go on. */
export interface Refusal {
  waitMs: number;
  concerns: 'all' | 'routine';
}

/** The right to make one request for a job, or how long there is none. */
export type Permit = { call: Call; threshold: number } | Refusal;

/** While nothing has a time of its own: a person, or another process, may end the wait, ms. */
const LOOK_AGAIN_MS = 15_000;
/** How soon a spent day or month is looked at again, ms. */
const SPENT_LOOK_MS = 60_000;

/** Decides whether a job may be done now, and says on the scans why not. */
@Injectable()
export class JobPermit {
  private spentUntil: Date | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly gate: ScanGate,
    private readonly budget: Budget,
    private readonly states: ScanStateService,
  ) {}

  /** The place that a permit holds is used up by sending at once, or given back. */
  async ask({ task }: Job): Promise<Permit> {
    const purpose = task.isUrgent ? 'urgent' : 'routine';
    const spentUntil = this.routineSpentUntil();
    if (purpose === 'routine' && spentUntil) return this.refusal(spentUntil, 'routine');
    const answer = await this.gate.ask(task.scan?.requestsUsed === 0);
    if ('waitMs' in answer) return { waitMs: answer.waitMs, concerns: 'all' };
    if ('wait' in answer) {
      await this.states.waiting(answer.wait);
      return this.refusal(answer.wait.until, 'all');
    }
    const taken = await this.budget.take(purpose);
    if (taken.place) {
      const { apiKey, threshold } = answer;
      return { call: { place: taken.place, apiKey }, threshold };
    }
    if ('waitMs' in taken) return { waitMs: taken.waitMs, concerns: 'all' };
    return this.short(taken.shortage, taken.until, purpose);
  }

  /** VirusTotal did not work lately: one request, wisely chosen, tells whether it does again. */
  isProbing(): boolean {
    return this.gate.isProbing();
  }

  /** Until when the day's or the month's quota leaves only named re-scans; null when it does not. */
  routineSpentUntil(): Date | null {
    if (this.spentUntil && this.spentUntil <= this.clock.now()) this.spentUntil = null;
    return this.spentUntil;
  }

  /** The settings changed: what was spent under the old ones says nothing. */
  settingsChanged(): void {
    this.spentUntil = null;
  }

  private async short(shortage: Shortage, until: Date, purpose: Purpose): Promise<Refusal> {
    if (shortage === 'minute') return this.refusal(until, 'all');
    const isRoutine = purpose === 'routine';
    await this.states.waiting({ reason: `${shortage}_quota_spent`, until }, isRoutine);
    if (!isRoutine) return this.refusal(until, 'all');
    // Looked at again soon: another process may raise the limits meanwhile.
    const soon = this.clock.now().getTime() + SPENT_LOOK_MS;
    this.spentUntil = new Date(Math.min(until.getTime(), soon));
    return this.refusal(this.spentUntil, 'routine');
  }

  private refusal(until: Date | null, concerns: Refusal['concerns']): Refusal {
    const untilMs = until?.getTime() ?? Number.POSITIVE_INFINITY;
    const longest = concerns === 'all' ? LOOK_AGAIN_MS : SPENT_LOOK_MS;
    const leftMs = untilMs - this.clock.now().getTime();
    return { waitMs: Math.min(longest, Math.max(1, leftMs)), concerns };
  }
}

import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Engine } from './engine.entity.js';
import { EngineService } from './engine.service.js';

/** What one engine did in one answer. */
export interface EngineSaid {
  engine: string;
  /** It said anything that flags or clears. */
  hasAnswered: boolean;
  hasFlagged: boolean;
  hasTimedOut: boolean;
}

interface Counts {
  timesSeen: number;
  timesAnswered: number;
  timesFlagged: number;
  timesTimedOut: number;
}

const COLUMNS = {
  timesSeen: 'times_seen',
  timesAnswered: 'times_answered',
  timesFlagged: 'times_flagged',
  timesTimedOut: 'times_timed_out',
} as const;

const ANSWERS_A_WRITE = 50;
const LONGEST_WAIT_MS = 60_000;

/**
 * Counts how often engines answer. A write for each of ninety engines an answer would cost more
 * than all that the answer means, so counts are gathered here and written together: one statement
 * for 50 answers, a minute, or a look at them. A kill loses those not written: at most 50 answers
 * of one process. First and last times are not counted here, and lose nothing.
 */
@Injectable()
export class EngineTally implements BeforeApplicationShutdown {
  private readonly logger = new Logger(EngineTally.name);
  private pending = new Map<string, Counts>();
  private answers = 0;
  private writtenAtMs: number;
  private isStopping = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly engines: EngineService,
    private readonly clock: Clock,
  ) {
    this.writtenAtMs = clock.monotonicMs();
  }

  /** Counts one answer, after the unit of work that kept it; never throws. */
  async count(answer: Iterable<EngineSaid>): Promise<void> {
    for (const { engine, hasAnswered, hasFlagged, hasTimedOut } of answer) {
      this.add(engine, {
        timesSeen: 1,
        timesAnswered: Number(hasAnswered),
        timesFlagged: Number(hasFlagged),
        timesTimedOut: Number(hasTimedOut),
      });
    }
    this.answers += 1;
    const isDue =
      this.isStopping ||
      this.answers >= ANSWERS_A_WRITE ||
      this.clock.monotonicMs() - this.writtenAtMs >= LONGEST_WAIT_MS;
    if (isDue) await this.write();
  }

  /** Writes what this process has counted; what cannot be written waits for the next time. */
  async write(): Promise<void> {
    const counted = this.pending;
    this.pending = new Map();
    this.answers = 0;
    this.writtenAtMs = this.clock.monotonicMs();
    if (counted.size === 0) return;
    try {
      await this.unitOfWork.runRepeatable(() => this.addToRows(counted));
    } catch (error) {
      this.logger.warn(`Engine counts could not be written yet: ${String(error)}`);
      for (const [engine, counts] of counted) this.add(engine, counts);
    }
  }

  /** What is counted from here on is written at once: the database closes soon. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.write();
  }

  private add(engine: string, more: Counts): void {
    const counts = this.pending.get(engine);
    if (!counts) this.pending.set(engine, { ...more });
    else for (const name of Object.keys(COLUMNS) as (keyof Counts)[]) counts[name] += more[name];
  }

  private async addToRows(counted: ReadonlyMap<string, Counts>): Promise<void> {
    const ids = await this.engines.idsOf(counted.keys());
    if (ids.size === 0) return;
    const sum = (name: keyof Counts) => () => {
      const cases = [...ids].map(
        ([engine, id]) => `WHEN ${id} THEN ${counted.get(engine)?.[name] ?? 0}`,
      );
      return `${COLUMNS[name]} + CASE id ${cases.join(' ')} ELSE 0 END`;
    };
    await this.unitOfWork
      .repository(Engine)
      .createQueryBuilder()
      .update()
      .set({
        timesSeen: sum('timesSeen'),
        timesAnswered: sum('timesAnswered'),
        timesFlagged: sum('timesFlagged'),
        timesTimedOut: sum('timesTimedOut'),
      })
      .whereInIds([...ids.values()])
      .execute();
  }
}

import { Injectable } from '@nestjs/common';
import { AlertJudge } from '../alert/alert-judge.service.js';
import {
  answeredEngines,
  countVerdicts,
  isAnswer,
  isConclusive,
  isFlagging,
} from '../alert/verdict.rules.js';
import { PlatformService } from '../platform/platform.service.js';
import { stateToKeep } from '../platform/platform-state.rules.js';
import type { Analysis } from '../virustotal/answers.js';
import { EngineTally } from '../vendor/engine-tally.service.js';
import { EngineService } from '../vendor/engine.service.js';
import type { ScanTask } from './scan-task.entity.js';
import { VerdictHistory } from './verdict-history.service.js';
import type { TaskEnd } from './task.service.js';

const TIMED_OUT = new Set(['timeout', 'confirmed-timeout']);

/** What the verdicts of a completed analysis lead to, beside the task itself. */
@Injectable()
export class VerdictKeeper {
  constructor(
    private readonly engines: EngineService,
    private readonly platforms: PlatformService,
    private readonly judge: AlertJudge,
    private readonly history: VerdictHistory,
    private readonly tally: EngineTally,
  ) {}

  /**
   * Keeps verdicts, their history, the alert's changes and the platform's state, inside the
   * caller's unit of work.
   * @returns what the task shows of it
   */
  async keep(
    task: ScanTask,
    analysis: Analysis,
    threshold: number,
    at: Date,
  ): Promise<NonNullable<TaskEnd['result']>> {
    const platform = await this.platforms.lock(task.platformId);
    const ids = await this.engines.ensure(
      analysis.verdicts.map(({ engine }) => engine),
      at,
    );
    const verdicts = analysis.verdicts.flatMap(({ engine, ...verdict }) => {
      const id = ids.get(engine);
      return id === undefined ? [] : [{ engine: id, ...verdict }];
    });
    const counts = countVerdicts(verdicts);
    const answered = answeredEngines(counts);
    const conclusive = isConclusive(answered, platform.lastConclusiveEngines);
    const { isFlagged } = await this.judge.apply({
      platformId: task.platformId,
      verdicts,
      isConclusive: conclusive,
      threshold,
      at,
    });
    await this.history.record(task, verdicts);
    await this.platforms.recordResult(task.platformId, {
      state: stateToKeep(isFlagged, conclusive || platform.lastConclusiveAt !== null),
      isConclusive: conclusive,
      answeredEngines: answered,
      scannedAt: at,
    });
    return { ...counts, isConclusive: conclusive, isFlagged };
  }

  /** Counts what engines did in an analysis, once the unit of work that kept it is committed. */
  async count({ verdicts }: Analysis): Promise<void> {
    await this.tally.count(
      verdicts.map(({ engine, category }) => ({
        engine,
        hasAnswered: isAnswer(category),
        hasFlagged: isFlagging(category),
        hasTimedOut: TIMED_OUT.has(category),
      })),
    );
  }
}

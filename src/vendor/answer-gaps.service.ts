import { Injectable } from '@nestjs/common';
import { IsNull, Not, type Repository } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { AnswerGap } from './answer-gap.entity.js';
import { Engine } from './engine.entity.js';
import { type Answering, isGap } from './engine-silence.rules.js';

/** When engines answered, and when scanning stood still. */
@Injectable()
export class AnswerGaps {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** What an engine's silence is measured by, as it stands. */
  async answering(): Promise<Answering> {
    const latest = await this.latest();
    return { latest, gaps: await this.gaps.find({ order: { fromAt: 'ASC' } }) };
  }

  /**
   * Keeps that nobody answered before `at`, where that was longer than scans leave. Inside the
   * caller's unit of work, before it is written that an engine answered.
   */
  async note(at: Date): Promise<void> {
    const latest = await this.latest();
    if (latest === null || !isGap(latest, at)) return;
    // Two that end one gap at the same moment: either tells enough of it.
    await this.gaps
      .createQueryBuilder()
      .insert()
      .values({ fromAt: latest, toAt: at })
      .orIgnore()
      .updateEntity(false)
      .execute();
  }

  private async latest(): Promise<Date | null> {
    const [engine] = await this.unitOfWork.repository(Engine).find({
      select: { id: true, lastAnsweredAt: true },
      where: { lastAnsweredAt: Not(IsNull()) },
      order: { lastAnsweredAt: 'DESC' },
      take: 1,
    });
    return engine?.lastAnsweredAt ?? null;
  }

  private get gaps(): Repository<AnswerGap> {
    return this.unitOfWork.repository(AnswerGap);
  }
}

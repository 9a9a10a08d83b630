import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { setImmediate } from 'node:timers/promises';
import { In, IsNull, LessThan, Not, type Repository } from 'typeorm';
import { Clock } from '../../config/clock.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { NotFoundError } from '../../web/domain-error.js';
import { keysetPage, type Page, type PageQuery } from '../../web/paging.js';
import type { ImportFile } from './import-file.js';
import { ImportMover, isSmall } from './import-mover.service.js';
import { insertRows } from './insert-rows.js';
import { ImportReader } from './import-reader.js';
import type { ImportRow, RowOutcome } from './import-row.entity.js';
import type { ImportTarget } from './import-target.js';
import { Import } from './import.entity.js';
import { ImportHasBadRowsError, ImportUnfinishedError } from './import.errors.js';

/** A file that nobody imported is forgotten after so long. */
const KEPT_MS = 24 * 3_600_000;
const ROWS_A_DELETION = 1000;
const LONGEST_NAME = 255;

/** How many rows of a file there are of each outcome. */
export type ImportCounts = Record<RowOutcome, number> & { total: number };

/** How far the writing of a file got, in rows. */
export interface ImportProgress {
  total: number;
  written: number;
}

/**
 * Files of vendors and platforms: read and compared first, in small units of work that nobody waits
 * for, then written, all or nothing.
 */
@Injectable()
export class ImportService implements OnModuleDestroy {
  private readonly logger = new Logger('Import');
  private readonly writing = new Set<Promise<void>>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly mover: ImportMover,
  ) {}

  /**
   * The dry run: reads a file to its end and keeps its rows with what importing them would do.
   * @throws ImportFileError on a file that cannot be read, of which nothing is kept
   */
  async stage<R extends ImportRow>(target: ImportTarget<R>, file: ImportFile): Promise<Import> {
    await this.resume(target);
    await this.sweep(target);
    const staged = await this.open(target, file);
    try {
      const reader = new ImportReader(target, file);
      const compare = await target.comparison();
      for await (const rows of reader.batches()) {
        await compare(rows.filter(({ problems }) => problems === null));
        await setImmediate();
        for (const row of rows) row.importId = staged.id;
        // A power cut would cost no more than another dry run.
        await this.unitOfWork.runRepeatable(() =>
          insertRows(this.unitOfWork.repository(target.rows), rows),
        );
        await setImmediate();
      }
      staged.digest = reader.digest();
      await this.unitOfWork.run(() => this.imports.save(staged));
      return staged;
    } catch (error) {
      await this.discard(target, staged.id);
      throw error;
    }
  }

  /** A file that was staged. @throws NotFoundError also for one that was not read to its end */
  async get<R extends ImportRow>({ kind }: ImportTarget<R>, id: number): Promise<Import> {
    const found = await this.imports.findOneBy({ id, kind });
    if (found?.digest == null) throw new NotFoundError();
    return found;
  }

  async counts<R extends ImportRow>(target: ImportTarget<R>, id: number): Promise<ImportCounts> {
    const rows = await this.unitOfWork
      .repository<ImportRow>(target.rows)
      .createQueryBuilder('row')
      .select('row.outcome', 'outcome')
      .addSelect('COUNT(*)', 'count')
      .where('row.importId = :id', { id })
      .groupBy('row.outcome')
      .getRawMany<{ outcome: RowOutcome; count: number | string }>();
    const counts = noCounts();
    for (const { outcome, count } of rows) {
      counts[outcome] = Number(count);
      counts.total += Number(count);
    }
    return counts;
  }

  /** The rows of one outcome, or those with a hint, in the order of the file. */
  async list<R extends ImportRow>(
    target: ImportTarget<R>,
    id: number,
    shown: RowOutcome | 'hinted',
    page: PageQuery,
  ): Promise<Page<R>> {
    const query = this.unitOfWork
      .repository(target.rows)
      .createQueryBuilder('row')
      .where('row.importId = :id', { id });
    if (shown === 'hinted') query.andWhere(target.hinted);
    else query.andWhere('row.outcome = :shown', { shown });
    return keysetPage(query, { columns: ['row.id'], direction: 'ASC' }, page);
  }

  /**
   * Writes what a staged file holds, all of it. What changed in the database since the dry run is
   * overwritten where the file says something new or changed, and kept where it does not.
   * @throws NotFoundError, ImportHasBadRowsError, ImportDoneError; ImportUnfinishedError when the
   * database fails after it was decided, and the rest will be written later
   */
  async apply<R extends ImportRow>(target: ImportTarget<R>, id: number): Promise<ImportCounts> {
    const counts = await this.decide(target, id);
    await this.complete(target, id);
    return counts;
  }

  /**
   * The same for who does not wait: of a large file it is only decided, and written behind the
   * answer; {@link progress} tells how far that got.
   * @throws NotFoundError, ImportHasBadRowsError, ImportDoneError; ImportUnfinishedError
   */
  async begin<R extends ImportRow>(
    target: ImportTarget<R>,
    id: number,
  ): Promise<{ counts: ImportCounts; isDone: boolean }> {
    const counts = await this.decide(target, id);
    const isDone = isSmall(counts);
    if (isDone) await this.complete(target, id);
    else this.behind(this.complete(target, id));
    return { counts, isDone };
  }

  /** How far the writing of a file got; null for one of which that was not decided. */
  async progress<R extends ImportRow>(
    target: ImportTarget<R>,
    { id, appliedAt, rowsToWrite }: Import,
  ): Promise<ImportProgress | null> {
    if (appliedAt === null) return null;
    const left = await this.mover.countLeft(target, id);
    const total = Math.max(rowsToWrite ?? 0, left);
    return { total, written: total - left };
  }

  /** What is written behind an answer is finished: the database closes after this. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.writing);
  }

  /** Finishes the imports that were decided, but that the end of a process or a fault cut short. */
  async resume<R extends ImportRow>(target: ImportTarget<R>): Promise<void> {
    const decided = await this.imports.findBy({ kind: target.kind, appliedAt: Not(IsNull()) });
    for (const { id } of decided) await this.orLater(() => this.mover.finish(target, id));
  }

  /** Forgets a staged file; what cannot be removed now is when it is a day old. */
  async discard<R extends ImportRow>(target: ImportTarget<R>, id: number): Promise<void> {
    await this.orLater(() => this.remove(target, id));
  }

  private async decide<R extends ImportRow>(
    target: ImportTarget<R>,
    id: number,
  ): Promise<ImportCounts> {
    const staged = await this.get(target, id);
    const counts = await this.counts(target, id);
    if (counts.bad > 0 && !target.isLenient) throw new ImportHasBadRowsError(counts.bad);
    await this.mover.decide(target, staged, counts);
    return counts;
  }

  /** @throws ImportUnfinishedError */
  private async complete<R extends ImportRow>(target: ImportTarget<R>, id: number): Promise<void> {
    try {
      await this.mover.finish(target, id);
    } catch (error) {
      this.logger.error(`An import is finished later: ${String(error)}`);
      throw new ImportUnfinishedError();
    }
    await this.orLater(() => this.removeRows(target, id));
  }

  private behind(work: Promise<void>): void {
    const ended = work
      .catch(() => undefined)
      .finally(() => {
        this.writing.delete(ended);
      });
    this.writing.add(ended);
  }

  /** What became of the file is told whether or not its rows could be removed. */
  private async orLater(remove: () => Promise<void>): Promise<void> {
    try {
      await remove();
    } catch (error) {
      this.logger.warn(`A file is seen to later: ${String(error)}`);
    }
  }

  private async remove<R extends ImportRow>(target: ImportTarget<R>, id: number): Promise<void> {
    const { affected } = await this.unitOfWork.run(() =>
      this.imports.update({ id, appliedAt: IsNull() }, { digest: null }),
    );
    // Nobody can decide on it any more; what was decided before is finished first.
    if (affected === 0) await this.mover.finish(target, id);
    await this.removeRows(target, id);
    await this.unitOfWork.run(() => this.imports.delete(id));
  }

  private open<R extends ImportRow>({ kind }: ImportTarget<R>, { name }: ImportFile) {
    return this.unitOfWork.run(() =>
      this.imports.save(
        this.imports.create({
          kind,
          fileName: withoutControls(name),
          digest: null,
          createdAt: this.clock.now(),
          appliedAt: null,
          rowsToWrite: null,
        }),
      ),
    );
  }

  /** In small units of work: a hundred thousand rows in one would hold everybody up. */
  private async removeRows<R extends ImportRow>(target: ImportTarget<R>, importId: number) {
    const rows = this.unitOfWork.repository<ImportRow>(target.rows);
    for (;;) {
      const found = await rows.find({
        select: { id: true },
        where: { importId },
        take: ROWS_A_DELETION,
      });
      if (found.length === 0) return;
      const id = In(found.map((row) => row.id));
      await this.unitOfWork.runRepeatable(() =>
        this.unitOfWork.repository<ImportRow>(target.rows).delete({ id }),
      );
      await setImmediate();
    }
  }

  private async sweep<R extends ImportRow>(target: ImportTarget<R>): Promise<void> {
    const before = new Date(this.clock.now().getTime() - KEPT_MS);
    const old = await this.imports.findBy({ kind: target.kind, createdAt: LessThan(before) });
    for (const { id } of old) await this.discard(target, id);
  }

  private get imports(): Repository<Import> {
    return this.unitOfWork.repository(Import);
  }
}

function noCounts(): ImportCounts {
  return { total: 0, new: 0, changed: 0, same: 0, bad: 0, duplicate: 0, private: 0, left_out: 0 };
}

/** A file's name as people may be shown it. */
function withoutControls(name: string): string {
  const clean = name.toWellFormed().replace(/\p{Cc}/gu, ' ');
  return Array.from(clean).slice(0, LONGEST_NAME).join('');
}

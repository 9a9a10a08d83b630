import { Injectable } from '@nestjs/common';
import { setImmediate } from 'node:timers/promises';
import { Between, In, IsNull, Not, type Repository } from 'typeorm';
import { AuditTrail } from '../../access/audit-trail.service.js';
import { Clock } from '../../config/clock.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { isUniqueViolation } from '../../database/unique-violation.js';
import { MOST_AUDITED_ROWS } from './import-audit.js';
import type { ImportRow, RowOutcome } from './import-row.entity.js';
import type { ImportTarget } from './import-target.js';
import { Import } from './import.entity.js';
import { ImportDoneError } from './import.errors.js';
import { type RowBatch, WRITTEN } from './row-batch.js';

/** So many rows are moved by one unit of work, in some milliseconds. */
const ROWS_AT_ONCE = 500;
/** With a line each in the audit trail it takes as long. */
const AUDITED_ROWS_AT_ONCE = 100;
/** How often rows are moved anew whose key somebody else took at that very moment. */
const TRIES = 3;
const LAST_ID = 2 ** 31 - 1;

/** How many rows importing a file writes. */
function rowsToWrite(counts: Readonly<Record<RowOutcome, number>>): number {
  return WRITTEN.reduce((sum, outcome) => sum + counts[outcome], 0);
}

/** True for a file that one unit of work writes, or a few: nobody waits for it. */
export function isSmall(counts: Readonly<Record<RowOutcome, number>>): boolean {
  return rowsToWrite(counts) <= ROWS_AT_ONCE && counts.new + counts.changed <= AUDITED_ROWS_AT_ONCE;
}

/**
 * Moves what a staged file holds to where it belongs. One unit of work decides that the file is
 * imported; what a small one changes is written by it as well. The rows of a large one follow in
 * batches, each of which takes its rows out of the staged ones: whatever ends the process, the rest
 * is found there, and whoever finishes the import goes on with it. One transaction over all of them
 * would keep every other writer of SQLite waiting for half a second.
 */
@Injectable()
export class ImportMover {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Decides that a staged file is imported. From then on all of it will be written.
   * @throws ImportDoneError when that was decided before, or the file forgotten
   */
  async decide<R extends ImportRow>(
    target: ImportTarget<R>,
    { id, fileName, digest }: Import,
    counts: Readonly<Record<RowOutcome, number>>,
  ): Promise<void> {
    const isAtOnce = counts.new + counts.changed <= AUDITED_ROWS_AT_ONCE;
    await this.again(() =>
      this.unitOfWork.run(async () => {
        const open = { id, appliedAt: IsNull(), digest: Not(IsNull()) };
        const { affected } = await this.imports.update(open, {
          appliedAt: this.clock.now(),
          rowsToWrite: rowsToWrite(counts),
        });
        if (affected === 0) throw new ImportDoneError();
        for (const outcome of isAtOnce ? (['changed', 'new'] as const) : []) {
          if (counts[outcome] === 0) continue;
          await this.move(target, { importId: id, outcome, from: 0, to: LAST_ID }, true);
        }
        await this.audit.record({
          action: target.kind === 'vendor' ? 'vendor.imported' : 'platform.imported',
          subject: { kind: 'import', id, label: fileName },
          after: { new: counts.new, changed: counts.changed, same: counts.same, sha256: digest },
        });
      }),
    );
  }

  /** Writes what is left of a file that is imported. Any number of callers may do so at once. */
  async finish<R extends ImportRow>(target: ImportTarget<R>, importId: number): Promise<void> {
    // Of a large file whose end alone is left that end has lines, too.
    const isAudited = (await this.countChanges(target, importId)) <= MOST_AUDITED_ROWS;
    for (const outcome of WRITTEN) {
      const audited = isAudited && outcome !== 'same';
      for (let from = 0; ;) {
        // The decision is on the disk: a power cut that takes batches back leaves them to be moved.
        const last = await this.again(() =>
          this.unitOfWork.runRepeatable(() =>
            this.moveNext(target, { importId, outcome, from, to: LAST_ID }, audited),
          ),
        );
        await setImmediate();
        if (last === null) break;
        from = last + 1;
      }
    }
  }

  /** How many rows of an import that was decided are still to be written. */
  async countLeft<R extends ImportRow>(target: ImportTarget<R>, importId: number): Promise<number> {
    const rows = this.unitOfWork.repository<ImportRow>(target.rows);
    return rows.countBy({ importId, outcome: In(WRITTEN) });
  }

  private countChanges<R extends ImportRow>(
    target: ImportTarget<R>,
    importId: number,
  ): Promise<number> {
    const rows = this.unitOfWork.repository<ImportRow>(target.rows);
    return rows.countBy({ importId, outcome: In(['new', 'changed']) });
  }

  /** @returns the last id that it moved; null when there is none */
  private async moveNext<R extends ImportRow>(
    target: ImportTarget<R>,
    { importId, outcome, from, to }: RowBatch,
    isAudited: boolean,
  ): Promise<number | null> {
    // Where there are row locks, one at a time.
    const lock = this.unitOfWork.forUpdate;
    const where = { id: importId, appliedAt: Not(IsNull()) };
    if ((await this.imports.findOne({ where, lock })) === null) return null;
    const ids = await this.unitOfWork
      .repository<ImportRow>(target.rows)
      .createQueryBuilder('row')
      .select('row.id', 'id')
      .where({ importId, outcome, id: Between(from, to) })
      .orderBy('row.id')
      .limit(isAudited ? AUDITED_ROWS_AT_ONCE : ROWS_AT_ONCE)
      .getRawMany<{ id: number }>();
    const [first, last] = [ids[0], ids.at(-1)];
    if (!first || !last) return null;
    const batch = { importId, outcome, from: first.id, to: last.id };
    await this.move(target, batch, isAudited);
    return last.id;
  }

  private async move<R extends ImportRow>(
    target: ImportTarget<R>,
    batch: RowBatch,
    isAudited: boolean,
  ): Promise<void> {
    const { importId, outcome, from, to } = batch;
    await target.write(batch, isAudited);
    await this.unitOfWork
      .repository<ImportRow>(target.rows)
      .delete({ importId, outcome, id: Between(from, to) });
  }

  private async again<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await work();
      } catch (error) {
        if (!isUniqueViolation(error) || tries >= TRIES) throw error;
      }
    }
  }

  private get imports(): Repository<Import> {
    return this.unitOfWork.repository(Import);
  }
}

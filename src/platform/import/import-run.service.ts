import { Injectable } from '@nestjs/common';
import { setImmediate } from 'node:timers/promises';
import { type BadLines, BadLinesByReason } from './bad-lines.rules.js';
import type { ImportFile } from './import-file.js';
import type { ImportRow, RowOutcome } from './import-row.entity.js';
import type { ImportTarget } from './import-target.js';
import { type ImportCounts, ImportService } from './import.service.js';

/** How many rows of each outcome are told of one by one. Of more bad ones the lines are named. */
const TOLD: Readonly<Record<'bad' | 'changed' | 'new', number>> = {
  bad: 10_000,
  changed: 1000,
  new: 1000,
};
const ROWS_A_QUERY = 500;

/** What became of a file, or would. */
export interface ImportOutcome<R extends ImportRow> {
  isApplied: boolean;
  counts: ImportCounts;
  figures: Record<string, number>;
  /** Bad rows, then changed and new ones; none once the file is imported. */
  rows: R[];
  /** The bad rows that are not among them, by their reasons. */
  moreErrors: BadLines[];
}

/** Imports a file at once, for callers that do not look at it in between: the API and the command. */
@Injectable()
export class ImportRun {
  constructor(private readonly imports: ImportService) {}

  /**
   * Imports a file, or only looks what that would do. One with a bad row is not imported.
   * @param beforeSaving is told the figures of a file that can be imported, before it is
   * @throws ImportFileError on a file that cannot be read to its end
   */
  async run<R extends ImportRow>(
    target: ImportTarget<R>,
    file: ImportFile,
    isDryRun: boolean,
    beforeSaving: (figures: Record<string, number>) => Promise<void> = () => Promise.resolve(),
  ): Promise<ImportOutcome<R>> {
    const { id } = await this.imports.stage(target, file);
    try {
      const counts = await this.imports.counts(target, id);
      const figures = await target.figures(id);
      if (counts.bad === 0) await beforeSaving(figures);
      if (isDryRun || counts.bad > 0) {
        return { isApplied: false, counts, figures, ...(await this.rows(target, id)) };
      }
      await this.imports.apply(target, id);
      return { isApplied: true, counts, figures, rows: [], moreErrors: [] };
    } finally {
      await this.imports.discard(target, id);
    }
  }

  private async rows<R extends ImportRow>(
    target: ImportTarget<R>,
    id: number,
  ): Promise<Pick<ImportOutcome<R>, 'rows' | 'moreErrors'>> {
    const rows: R[] = [];
    const more = new BadLinesByReason();
    for (const [outcome, most] of Object.entries(TOLD) as [RowOutcome, number][]) {
      let cursor: string | undefined;
      for (let told = 0; told < most || outcome === 'bad';) {
        const page = await this.imports.list(target, id, outcome, { limit: ROWS_A_QUERY, cursor });
        if (told < most) rows.push(...page.items);
        else for (const row of page.items) more.add(row);
        told += page.items.length;
        await setImmediate();
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
    }
    return { rows, moreErrors: more.all() };
  }
}

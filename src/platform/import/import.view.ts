import { ApiProperty, ApiPropertyOptional } from '../../web/api-doc.js';
import { translator } from '../../web/translator.js';
import type { BadLines } from './bad-lines.rules.js';
import { ImportHasBadRowsError } from './import.errors.js';
import type { ImportRow, RowOutcome } from './import-row.entity.js';
import type { ImportOutcome } from './import-run.service.js';
import type { ImportCounts } from './import.service.js';
import type { ImportTarget } from './import-target.js';

const t = translator();

/** What is wrong with a row, in words. */
export class RowErrorView {
  @ApiProperty({ description: 'where the row begins, from 1' })
  line!: number;

  @ApiProperty({ type: String, nullable: true, description: 'the column, if it is one of them' })
  field!: string | null;

  @ApiProperty()
  message!: string;
}

/** One row of a file, and what importing it would do. */
export class ImportRowView {
  @ApiProperty({ description: 'where it begins, from 1' })
  line!: number;

  @ApiProperty({ enum: ['new', 'changed', 'bad'] })
  outcome!: RowOutcome;

  @ApiProperty({ description: "the vendor's name or the platform's URL" })
  label!: string;

  @ApiProperty({ type: [RowErrorView] })
  errors!: RowErrorView[];

  @ApiPropertyOptional({
    type: [String],
    description: 'engines that VirusTotal knows, one of which may be meant',
  })
  nearMisses?: readonly string[];

  @ApiPropertyOptional({ description: 'what to think about' })
  warning?: string;
}

/** Rows that are bad for one reason. */
class MoreErrorsView {
  @ApiProperty({ type: String, nullable: true, description: 'the column, if it is one of them' })
  field!: string | null;

  @ApiProperty()
  message!: string;

  @ApiProperty({ description: 'where each row begins, from 1', example: '10002-10340, 10377' })
  lines!: string;
}

/** What became of a file, or would. */
export class ImportView {
  @ApiProperty({ description: 'false for a dry run' })
  applied!: boolean;

  @ApiProperty({ type: Object, example: { total: 9, new: 5, changed: 2, same: 2, bad: 0 } })
  counts!: Record<string, number>;

  @ApiProperty({
    type: [ImportRowView],
    description:
      'of a dry run: bad rows up to 10,000, then changed and new ones up to 1,000 each; the counts and moreErrors tell of all',
  })
  rows!: ImportRowView[];

  @ApiProperty({ type: [MoreErrorsView], description: 'the bad rows after the first 10,000' })
  moreErrors!: MoreErrorsView[];
}

/** What became of a file, as JSON answers it. */
export class ImportAnswer {
  @ApiProperty({ type: ImportView })
  data!: ImportView;
}

/**
 * What became of a file, or would, in plain values.
 * @throws ImportHasBadRowsError that names them, when it was to be imported
 */
export function importView<R extends ImportRow>(
  target: ImportTarget<R>,
  { isApplied, counts, figures, rows, moreErrors }: ImportOutcome<R>,
  isDryRun: boolean,
): ImportView {
  if (!isDryRun && !isApplied) {
    throw new ImportHasBadRowsError(
      counts.bad,
      rows.filter(({ outcome }) => outcome === 'bad').flatMap(rowErrors),
      moreErrors.map(moreErrorsView),
    );
  }
  return Object.assign(new ImportView(), {
    applied: isApplied,
    counts: countsView(counts, figures),
    rows: rows.map((row) => Object.assign(importRowView(row), target.hint(row))),
    moreErrors: moreErrors.map(moreErrorsView),
  });
}

/** Those of a file, which knows no rows that are left out. */
function countsView(counts: ImportCounts, figures: Record<string, number>) {
  const { total, new: added, changed, same, bad } = counts;
  return { total, new: added, changed, same, bad, ...figures };
}

/** One row in plain values. */
export function importRowView(row: ImportRow): ImportRowView {
  const { line, outcome, label } = row;
  return Object.assign(new ImportRowView(), { line, outcome, label, errors: rowErrors(row) });
}

/** In plain values. */
export function moreErrorsView({ field, message, params, lines }: BadLines): MoreErrorsView {
  return Object.assign(new MoreErrorsView(), { field, message: t(message, params), lines });
}

function rowErrors({ line, problems }: ImportRow): RowErrorView[] {
  return (problems ?? []).map(({ field, message, params }) => {
    return Object.assign(new RowErrorView(), { line, field, message: t(message, params) });
  });
}

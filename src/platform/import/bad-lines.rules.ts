import type { StringKey } from '../../web/strings/string-key.js';
import type { ImportRow, RowProblem } from './import-row.entity.js';

/** Rows that are bad for one reason. */
export interface BadLines {
  field: string | null;
  message: StringKey;
  params?: Record<string, string | number>;
  /** Where each begins, from 1: `3, 7-9`. */
  lines: string;
}

interface Reason extends RowProblem {
  ranges: string[];
  from: number;
  to: number;
}

/**
 * Bad rows by their reasons, of which there are few: a hundred thousand rows take no more room than
 * the numbers of their lines.
 */
export class BadLinesByReason {
  private readonly reasons = new Map<string, Reason>();

  /** Adds a row; rows come in the order of their lines. */
  add({ line, problems }: Pick<ImportRow, 'line' | 'problems'>): void {
    for (const problem of problems ?? []) {
      const { field, message, params } = general(problem);
      const key = JSON.stringify([field, message, params]);
      const reason = this.reasons.get(key);
      if (!reason) {
        this.reasons.set(key, { field, message, params, ranges: [], from: line, to: line });
      } else if (line === reason.to + 1) {
        reason.to = line;
      } else if (line > reason.to) {
        reason.ranges.push(rangeOf(reason));
        Object.assign(reason, { from: line, to: line });
      }
    }
  }

  /** Every reason with its rows, in the order in which they came up. */
  all(): BadLines[] {
    return [...this.reasons.values()].map(({ field, message, params, ranges, ...last }) => ({
      field,
      message,
      params,
      lines: [...ranges, rangeOf(last)].join(', '),
    }));
  }
}

/** Which line a row repeats is another for each, and would be a reason of its own. */
function general({ field, message, params }: RowProblem): RowProblem {
  if (message !== 'import.error.twice') return { field, message, params };
  return { field, message: 'import.error.twiceBefore' };
}

function rangeOf({ from, to }: Pick<Reason, 'from' | 'to'>): string {
  return from === to ? String(from) : `${from}-${to}`;
}

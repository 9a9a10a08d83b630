import { Injectable } from '@nestjs/common';
import type { RowContent } from './import/import-target.js';
import type { RowOutcome, RowProblem } from './import/import-row.entity.js';
import { PlatformImport } from './platform-import.service.js';
import type { PlatformImportRow } from './platform-import-row.entity.js';

const LONGEST_NAME = 255;

/** URLs that VirusTotal could not reach, and would publish all the same. */
const PRIVATE: ReadonlySet<string> = new Set([
  'platform.error.urlPrivateAddress',
  'platform.error.urlPrivateName',
  'platform.error.urlSingleLabel',
]);

/**
 * Platforms as lists of URLs are pasted: what can be added is, the rest is told of and left out.
 * One that is there already stays as it is.
 */
@Injectable()
export class PastedPlatforms extends PlatformImport {
  override readonly kind = 'urls';
  override readonly isLenient = true;
  override readonly columns = ['url'];
  override readonly outcomeOf = (problems: readonly RowProblem[]): RowOutcome => {
    if (problems.some(({ message }) => message === 'import.error.twice')) return 'duplicate';
    return problems.some(({ message }) => PRIVATE.has(message)) ? 'private' : 'bad';
  };

  override read({ url }: Record<string, unknown>): RowContent<PlatformImportRow> {
    return super.read({ url, name: nameOf(url) }, 'json');
  }

  override async comparison(): Promise<(rows: readonly PlatformImportRow[]) => Promise<void>> {
    const compare = await super.comparison();
    return async (rows) => {
      await compare(rows);
      for (const row of rows) if (row.outcome === 'changed') row.outcome = 'same';
    };
  }

  /** Takes the URLs that look like they carry a secret, or leaves them out; the last word counts. */
  async takeSecrets(importId: number, areTaken: boolean): Promise<void> {
    const [from, to] = areTaken ? (['left_out', 'new'] as const) : (['new', 'left_out'] as const);
    await this.unitOfWork.run(() =>
      this.staged.update(
        { importId, hasSecret: true, outcome: from },
        { outcome: to, activeChange: areTaken ? 1 : 0 },
      ),
    );
  }
}

/** An address without what all addresses have. */
function nameOf(url: unknown): unknown {
  if (typeof url !== 'string') return url;
  const name = url
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/[?#].*$/s, '')
    .replace(/\/+$/, '');
  // A name is needed to say what is wrong with the URL, too.
  return Array.from(name).slice(0, LONGEST_NAME).join('').trim() || '-';
}

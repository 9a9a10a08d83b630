import { Injectable } from '@nestjs/common';
import { In, type Repository } from 'typeorm';
import { AuditTrail } from '../access/audit-trail.service.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { ValidationFailed } from '../web/domain-error.js';
import { translator } from '../web/translator.js';
import { validateDto } from '../web/validation.js';
import { fieldChanges } from './import/field-changes.rules.js';
import { batchRows, importedLine } from './import/import-audit.js';
import type { RowBatch } from './import/row-batch.js';
import { updateOf } from './import/update-of.js';
import type { ImportKind } from './import/import.entity.js';
import type { ImportFileFormat } from './import/import-file.js';
import type { FieldChange, ImportTarget, RowContent, RowHint } from './import/import-target.js';
import { commaList } from './platform-form.rules.js';
import { INSERT_PLATFORMS, PRESENT_PLATFORMS, UPDATE_PLATFORMS } from './platform-import.sql.js';
import { ImportPlatformDto } from './platform-import.dto.js';
import { PlatformImportRow } from './platform-import-row.entity.js';
import { Platform } from './platform.entity.js';
import { auditedFields, subjectOf } from './platform-audit.rules.js';
import { parsePlatformUrl } from './platform-url.rules.js';

/** The columns of a file of platforms, as JSON names the fields. */
export const PLATFORM_COLUMNS = [
  'name',
  'url',
  'active',
  'ownerName',
  'ownerEmail',
  'tags',
  'notes',
] as const;

/** With that of a file that has archived platforms as well. */
export const ALL_PLATFORM_COLUMNS = [...PLATFORM_COLUMNS, 'archivedAt'] as const;

type Content = RowContent<PlatformImportRow>;

/** Platforms as files of them are imported: by their URLs in the normal form. */
@Injectable()
export class PlatformImport implements ImportTarget<PlatformImportRow> {
  readonly kind: ImportKind = 'platform';
  readonly rows = PlatformImportRow;
  readonly isLenient: boolean = false;
  readonly columns: readonly string[] = ALL_PLATFORM_COLUMNS;
  readonly keyColumn = 'url';
  readonly outcomeOf: ImportTarget<PlatformImportRow>['outcomeOf'] = () => 'bad';
  readonly hinted = "row.hasSecret = 1 AND row.outcome IN ('new', 'changed')";

  constructor(
    protected readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  read(values: Record<string, unknown>, format: ImportFileFormat): Content {
    const body = format === 'csv' ? fromCells(values) : values;
    const row = validateDto(ImportPlatformDto, body);
    const { name, url, active, ownerName, ownerEmail, tags, notes, archivedAt } = row;
    const parsed = parsePlatformUrl(url);
    if ('complaint' in parsed) {
      throw new ValidationFailed([{ field: 'url', message: parsed.complaint }]);
    }
    return {
      name,
      url: parsed.url,
      urlKey: parsed.urlKey,
      isActive: archivedAt === undefined ? (active ?? null) : false,
      ownerName: ownerName ?? null,
      ownerEmail: ownerEmail ?? null,
      tags: tags ?? null,
      notes: notes ?? null,
      archivedAt: archivedAt === undefined ? null : new Date(archivedAt),
      activeChange: 0,
      hasSecret: parsed.warning !== null,
    };
  }

  keyOf({ urlKey }: Content): string {
    return urlKey ?? '';
  }

  comparison(): Promise<(rows: readonly PlatformImportRow[]) => Promise<void>> {
    return Promise.resolve(async (rows) => {
      const present = await this.findByUrlKeys(rows.map(({ urlKey }) => urlKey ?? ''));
      for (const row of rows) compare(row, present.get(row.urlKey ?? ''));
    });
  }

  async write(batch: RowBatch, isAudited: boolean): Promise<void> {
    const audited = isAudited ? await batchRows(this.staged, batch) : [];
    const urlKeys = audited.map(({ urlKey }) => urlKey ?? '');
    const before = await this.findByUrlKeys(urlKeys);
    await this.move(batch);
    const after = await this.findByUrlKeys(urlKeys);
    await this.audit.recordAll(
      [...after.values()].flatMap((platform) => {
        const old = before.get(platform.urlKey);
        const line = importedLine({
          kind: 'platform',
          subject: subjectOf(platform),
          before: old ? importedFields(old) : null,
          isRevived: old !== undefined && old.archivedAt !== null && platform.archivedAt === null,
          after: importedFields(platform),
        });
        return line ?? [];
      }),
    );
  }

  private async move({ importId, outcome, from, to }: RowBatch): Promise<void> {
    const { manager } = this.unitOfWork;
    const rows = [importId, outcome, from, to];
    if (outcome !== 'same') {
      const present = await manager.query<{ urlKey: string }[]>(PRESENT_PLATFORMS, rows);
      const keys = present.map(({ urlKey }) => urlKey);
      if (keys.length > 0) await manager.query(...updateOf(UPDATE_PLATFORMS, importId, keys));
    }
    await manager.query(INSERT_PLATFORMS, rows);
  }

  /**
   * How many URLs look like they carry a secret, and how many active platforms there are more, or
   * fewer, once it is imported.
   */
  async figures(importId: number): Promise<{ secrets: number; activeChange: number }> {
    // MySQL adds up to a decimal, which its driver gives as text.
    const activeChange: unknown = await this.staged.sum('activeChange', { importId });
    return {
      secrets: await this.staged
        .createQueryBuilder('row')
        .where('row.importId = :importId', { importId })
        .andWhere(this.hinted)
        .getCount(),
      activeChange: Number(activeChange ?? 0),
    };
  }

  hint({ hasSecret }: PlatformImportRow): RowHint | null {
    return hasSecret ? { warning: translator()('platform.warning.urlSecret') } : null;
  }

  async changes(rows: readonly PlatformImportRow[]): Promise<FieldChange[][]> {
    const present = await this.findByUrlKeys(rows.map(({ urlKey }) => urlKey ?? ''));
    return rows.map(({ isActive: active, ...row }) => {
      const platform = present.get(row.urlKey ?? '');
      return platform ? fieldChanges(auditedFields(platform), { ...row, active }) : [];
    });
  }

  /** Archived ones too. */
  protected async findByUrlKeys(urlKeys: string[]): Promise<Map<string, Platform>> {
    const found = await this.unitOfWork.repository(Platform).findBy({ urlKey: In(urlKeys) });
    return new Map(found.map((platform) => [platform.urlKey, platform]));
  }

  protected get staged(): Repository<PlatformImportRow> {
    return this.unitOfWork.repository(PlatformImportRow);
  }
}

/** What an import may change of a platform; when one was archived is told of those that were. */
function importedFields(platform: Platform) {
  const { archivedAt } = platform;
  return {
    ...auditedFields(platform),
    ...(archivedAt === null ? {} : { archivedAt: archivedAt.toISOString() }),
  };
}

/**
 * An archived platform comes back as a new one would, what the file does not say is empty; unless the
 * file says that it is archived. What is monitored is archived by hand alone: its alerts end, too.
 */
function compare(row: PlatformImportRow, platform: Platform | undefined): void {
  if (row.archivedAt !== null && platform?.archivedAt === null) {
    row.outcome = 'bad';
    row.problems = [{ field: 'archivedAt', message: 'platform.error.archivedHere' }];
    return;
  }
  const isThere =
    platform && (platform.archivedAt === null || row.archivedAt !== null) ? platform : null;
  if (isThere === null) {
    row.outcome = 'new';
    row.activeChange = row.isActive === false ? 0 : 1;
    return;
  }
  compareFields(row, isThere);
}

function compareFields(row: PlatformImportRow, platform: Platform): void {
  const isSame =
    row.url === platform.url &&
    row.name === platform.name &&
    (row.isActive ?? platform.isActive) === platform.isActive &&
    (row.ownerName ?? platform.ownerName) === platform.ownerName &&
    (row.ownerEmail ?? platform.ownerEmail) === platform.ownerEmail &&
    JSON.stringify(row.tags ?? platform.tags) === JSON.stringify(platform.tags) &&
    (row.notes ?? platform.notes) === platform.notes;
  row.outcome = isSame ? 'same' : 'changed';
  row.activeChange = Number(row.isActive ?? platform.isActive) - Number(platform.isActive);
}

const YES = new Set(['true', 'yes', '1']);
const NO = new Set(['false', 'no', '0']);

/** The cells of a CSV file as the JSON body that means the same. */
function fromCells(cells: Record<string, unknown>): Record<string, unknown> {
  const { active, tags, archivedAt, ...body } = cells;
  return {
    ...body,
    ...(active === undefined || active === '' ? {} : { active: yesOrNo(active) }),
    ...(tags === undefined ? {} : { tags: commaList(tags) }),
    ...(archivedAt === undefined || archivedAt === '' ? {} : { archivedAt }),
  };
}

function yesOrNo(cell: unknown): unknown {
  const word = String(cell).trim().toLowerCase();
  if (YES.has(word)) return true;
  return NO.has(word) ? false : cell;
}

import { Injectable } from '@nestjs/common';
import type { Repository } from 'typeorm';
import { AuditTrail } from '../access/audit-trail.service.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { batchRows, importedLine } from '../platform/import/import-audit.js';
import type { ImportFileFormat } from '../platform/import/import-file.js';
import type { RowOutcome } from '../platform/import/import-row.entity.js';
import { fieldChanges } from '../platform/import/field-changes.rules.js';
import type { RowBatch } from '../platform/import/row-batch.js';
import { updateOf } from '../platform/import/update-of.js';
import type {
  FieldChange,
  ImportTarget,
  RowContent,
  RowHint,
} from '../platform/import/import-target.js';
import { NotFoundError } from '../web/domain-error.js';
import { validateDto } from '../web/validation.js';
import type { CatalogueEntry } from './catalogue.rules.js';
import { CatalogueService } from './catalogue.service.js';
import { standingAfter } from './imported-contact.rules.js';
import { NearMissService } from './near-miss.service.js';
import { VendorInFileError } from './vendor.errors.js';
import type { Vendor } from './vendor.entity.js';
import { ImportVendorDto } from './vendor-import.dto.js';
import { VendorImportRow } from './vendor-import-row.entity.js';
import { auditedFields, subjectOf, VendorService } from './vendor.service.js';

/** The columns of a file of vendors, as JSON names the fields. */
export const VENDOR_COLUMNS = [
  'name',
  'contact',
  'comments',
  'contactState',
  'contactStateAt',
  'contactStateBy',
] as const;

const cell = (column: string) =>
  `(SELECT r.${column} FROM vendor_import_rows r WHERE r.import_id = ? AND r.name = vendors.name)`;

/** As `standingAfter` has it. */
const standing = (column: string, unverified: string) =>
  `${column} = CASE WHEN COALESCE(${cell('contact')}, contact) <> contact THEN ${unverified}
      WHEN ${cell('contact_state')} IS NULL THEN ${column} ELSE ${cell(column)} END`;

/**
 * A contact that changes is unverified again; MySQL assigns from left to right, so the contact comes
 * after what is told by comparing it.
 */
const UPDATE = `
  UPDATE vendors SET
    ${standing('contact_state', "'unverified'")},
    ${standing('contact_state_at', 'NULL')},
    ${standing('contact_state_by', 'NULL')},
    contact = COALESCE(${cell('contact')}, contact),
    comments = COALESCE(${cell('comments')}, comments),
    updated_at = (SELECT i.applied_at FROM imports i WHERE i.id = ?)
  WHERE name IN `;

/** Those of a batch that are there. */
const PRESENT = `
  SELECT v.name AS name FROM vendor_import_rows r JOIN vendors v ON v.name = r.name
  WHERE r.import_id = ? AND r.outcome = ? AND r.id BETWEEN ? AND ?`;

const INSERT = `
  INSERT INTO vendors (name, contact, comments, contact_state, contact_state_at, contact_state_by,
    catalogue_digest, created_at, updated_at)
  SELECT r.name, COALESCE(r.contact, ''), COALESCE(r.comments, ''),
    COALESCE(r.contact_state, 'unverified'), r.contact_state_at, r.contact_state_by,
    r.catalogue_digest, i.applied_at, i.applied_at
  FROM vendor_import_rows r JOIN imports i ON i.id = r.import_id
  WHERE r.import_id = ? AND r.outcome = ? AND r.id BETWEEN ? AND ?
    AND NOT EXISTS (SELECT 1 FROM vendors v WHERE v.name = r.name)`;

/** Vendors as files of them are imported: by their exact names. */
@Injectable()
export class VendorImport implements ImportTarget<VendorImportRow> {
  readonly kind = 'vendor';
  readonly rows = VendorImportRow;
  readonly isLenient = false;
  readonly columns = VENDOR_COLUMNS;
  readonly keyColumn = 'name';
  readonly hinted = 'row.nearMisses IS NOT NULL';

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly vendors: VendorService,
    private readonly nearMisses: NearMissService,
    private readonly audit: AuditTrail,
    private readonly catalogue: CatalogueService,
  ) {}

  read(values: Record<string, unknown>, format: ImportFileFormat): RowContent<VendorImportRow> {
    const row = validateDto(ImportVendorDto, format === 'csv' ? fromCells(values) : values);
    const { name, contact = null, comments = null, contactState = null } = row;
    const isMarked = contactState !== null && contactState !== 'unverified';
    return {
      name,
      contact,
      comments,
      contactState,
      contactStateAt: isMarked && row.contactStateAt ? new Date(row.contactStateAt) : null,
      contactStateBy: isMarked && row.contactStateBy ? row.contactStateBy : null,
      catalogueDigest: null,
      nearMisses: null,
    };
  }

  outcomeOf(): RowOutcome {
    return 'bad';
  }

  keyOf({ name }: RowContent<VendorImportRow>): string {
    return name ?? '';
  }

  async comparison(): Promise<(rows: readonly VendorImportRow[]) => Promise<void>> {
    const nearMisses = await this.nearMisses.finder();
    return async (rows) => {
      const names = rows.map(({ name }) => name ?? '');
      const present = await this.vendors.findByNames(names);
      const known = await this.catalogue.entriesOf(names);
      for (const row of rows) {
        const vendor = present.get(row.name ?? '');
        row.catalogueDigest = digestIfSame(row, known.get(row.name ?? ''));
        if (!vendor) {
          const meant = nearMisses(row.name ?? '');
          row.outcome = 'new';
          row.nearMisses = meant.length > 0 ? meant : null;
        } else {
          row.outcome = changesOf(row, vendor).length > 0 ? 'changed' : 'same';
        }
      }
    };
  }

  /**
   * Gives a row of a staged file the name that VirusTotal has for its vendor.
   * @throws NotFoundError when the row has no such near miss; VendorInFileError when another row has
   * that name
   */
  async takeSpelling(importId: number, rowId: number, name: unknown): Promise<string> {
    const compare = await this.comparison();
    return this.unitOfWork.run(async () => {
      const row = await this.staged.findOneBy({ id: rowId, importId });
      const taken = row?.nearMisses?.find((engine) => engine === name);
      if (!row || taken === undefined) throw new NotFoundError();
      const other = await this.staged.findOneBy({ importId, name: taken });
      if (other) throw new VendorInFileError(taken, other.line);
      Object.assign(row, { name: taken, label: taken, nearMisses: null });
      await compare([row]);
      await this.staged.save(row);
      return taken;
    });
  }

  async write(batch: RowBatch, isAudited: boolean): Promise<void> {
    const audited = isAudited ? await batchRows(this.staged, batch) : [];
    const names = audited.map(({ name }) => name ?? '');
    const before = await this.vendors.findByNames(names);
    await this.move(batch);
    const after = await this.vendors.findByNames(names);
    await this.audit.recordAll(
      [...after.values()].flatMap((vendor) => {
        const old = before.get(vendor.name);
        const line = importedLine({
          kind: 'vendor',
          subject: subjectOf(vendor),
          before: old ? importedFields(old) : null,
          isRevived: false,
          after:
            old || vendor.contactState !== 'unverified'
              ? importedFields(vendor)
              : auditedFields(vendor),
        });
        return line ?? [];
      }),
    );
  }

  private async move({ importId, outcome, from, to }: RowBatch): Promise<void> {
    const { manager } = this.unitOfWork;
    const rows = [importId, outcome, from, to];
    if (outcome !== 'same') {
      const present = await manager.query<{ name: string }[]>(PRESENT, rows);
      const names = present.map(({ name }) => name);
      if (names.length > 0) await manager.query(...updateOf(UPDATE, importId, names));
    }
    await manager.query(INSERT, rows);
  }

  /** How many new vendors' names may be meant for an engine's. */
  async figures(importId: number): Promise<{ nearMisses: number }> {
    const nearMisses = await this.staged
      .createQueryBuilder('row')
      .where('row.importId = :importId', { importId })
      .andWhere(this.hinted)
      .getCount();
    return { nearMisses };
  }

  hint({ nearMisses }: VendorImportRow): RowHint | null {
    return nearMisses && { nearMisses };
  }

  async changes(rows: readonly VendorImportRow[]): Promise<FieldChange[][]> {
    const present = await this.vendors.findByNames(rows.map(({ name }) => name ?? ''));
    return rows.map((row) => {
      const vendor = present.get(row.name ?? '');
      return vendor ? changesOf(row, vendor) : [];
    });
  }

  private get staged(): Repository<VendorImportRow> {
    return this.unitOfWork.repository(VendorImportRow);
  }
}

/** What an import may change of a vendor. */
function importedFields(vendor: Vendor) {
  const { contactState, contactStateAt, contactStateBy } = vendor;
  return {
    ...auditedFields(vendor),
    contactState,
    contactStateAt: contactStateAt?.toISOString() ?? '',
    contactStateBy: contactStateBy ?? '',
  };
}

/** A vendor as the catalogue has it follows the catalogue's later releases. */
function digestIfSame(row: VendorImportRow, entry: CatalogueEntry | undefined): string | null {
  const isSame = row.contact === entry?.contact && row.comments === entry.comments;
  return isSame ? entry.digest : null;
}

function changesOf({ contact, comments, ...row }: VendorImportRow, vendor: Vendor): FieldChange[] {
  const after = Object.assign({}, vendor, standingAfter({ ...row, contact }, vendor));
  const { contactState, contactStateAt, contactStateBy } = importedFields(after);
  return fieldChanges(importedFields(vendor), {
    contact,
    comments,
    contactState,
    contactStateAt,
    contactStateBy,
  });
}

/** Where an empty cell says nothing. */
const MAY_BE_EMPTY = new Set(['contactState', 'contactStateAt', 'contactStateBy']);

/** The cells of a CSV file as the JSON body that means the same. */
function fromCells(cells: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(cells).filter(([name, cell]) => cell !== '' || !MAY_BE_EMPTY.has(name)),
  );
}

import { Injectable } from '@nestjs/common';
import type { Repository } from 'typeorm';
import { AuditTrail } from '../access/audit-trail.service.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { auditedRows, importedLine } from '../platform/import/import-audit.js';
import type { ImportFileFormat } from '../platform/import/import-file.js';
import type { RowOutcome } from '../platform/import/import-row.entity.js';
import { fieldChanges } from '../platform/import/field-changes.rules.js';
import { idRanges } from '../platform/import/id-ranges.js';
import type {
  FieldChange,
  ImportTarget,
  RowContent,
  RowHint,
} from '../platform/import/import-target.js';
import { NotFoundError } from '../web/domain-error.js';
import { validateDto } from '../web/validation.js';
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
  WHERE EXISTS (SELECT 1 FROM vendor_import_rows r
    WHERE r.import_id = ? AND r.name = vendors.name AND r.outcome IN ('new', 'changed'))`;

const INSERT = `
  INSERT INTO vendors (name, contact, comments, contact_state, contact_state_at, contact_state_by,
    created_at, updated_at)
  SELECT r.name, COALESCE(r.contact, ''), COALESCE(r.comments, ''),
    COALESCE(r.contact_state, 'unverified'), r.contact_state_at, r.contact_state_by,
    i.applied_at, i.applied_at
  FROM vendor_import_rows r JOIN imports i ON i.id = r.import_id
  WHERE r.import_id = ? AND r.outcome IN ('new', 'changed', 'same')
    AND r.id BETWEEN ? AND ?
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
      const present = await this.vendors.findByNames(rows.map(({ name }) => name ?? ''));
      for (const row of rows) {
        const vendor = present.get(row.name ?? '');
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

  async write(importId: number): Promise<void> {
    const audited = (await auditedRows(this.staged, importId)).map(({ name }) => name ?? '');
    const before = await this.vendors.findByNames(audited);
    const { manager } = this.unitOfWork;
    const cells = UPDATE.split('?').length - 1;
    await manager.query(UPDATE, Array<number>(cells).fill(importId));
    for (const { from, to } of await idRanges(this.staged, importId)) {
      await manager.query(INSERT, [importId, from, to]);
    }
    const after = await this.vendors.findByNames(audited);
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

function changesOf({ contact, comments, ...row }: VendorImportRow, vendor: Vendor): FieldChange[] {
  const after = { ...vendor, ...standingAfter({ ...row, contact }, vendor) };
  const { contactState, contactStateAt, contactStateBy } = importedFields(after);
  return fieldChanges(importedFields(vendor), {
    contact,
    comments,
    contactState,
    contactStateAt,
    contactStateBy,
  });
}

/** The cells of a CSV file as the JSON body that means the same. */
function fromCells(cells: Record<string, unknown>): Record<string, unknown> {
  const body = { ...cells };
  for (const column of ['contactState', 'contactStateAt', 'contactStateBy']) {
    if (body[column] === '') delete body[column];
  }
  return body;
}

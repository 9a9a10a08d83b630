import { ApiProperty, ApiPropertyOptional, PartialType } from '../web/api-doc.js';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, Matches, ValidateBy, ValidateIf } from 'class-validator';
import type { ImportFormat } from '../platform/import/import-file.js';
import { exportFormat } from '../platform/import/import.dto.js';
import { PageQuery } from '../web/paging.js';
import { SortedBy } from '../web/sorting.js';
import { says } from '../web/validation.js';
import { vendorNameComplaint } from './vendor-name.rules.js';
import type { ContactState } from './vendor.entity.js';
import { CONTACT_STATES } from './vendor.view.js';
import { VENDOR_SORTS } from './vendor-sort.js';

// Counted in code points as MySQL counts them, which class-validator's own lengths do not.
const CONTACT = /^(?:[\t\n\r]|[^\p{Cc}\p{Cs}]){0,1000}$/u;
const COMMENTS = /^(?:[\t\n\r]|[^\p{Cc}\p{Cs}]){0,10000}$/u;
const SEARCH = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

/** Unlike IsOptional it does not let null by. */
export const ifGiven = ValidateIf((_, value) => value !== undefined);

function nameComplaint(value: unknown): string {
  const complaint = typeof value === 'string' ? vendorNameComplaint(value) : null;
  return says(complaint ?? 'vendor.error.nameEmpty').message;
}

/** A vendor's name; each thing that may be wrong has its own message. */
const IsVendorName = ValidateBy({
  name: 'vendorName',
  validator: {
    validate: (value: unknown) => typeof value === 'string' && vendorNameComplaint(value) === null,
    defaultMessage: (args) => nameComplaint(args?.value),
  },
});

/** What a new vendor takes, in JSON and on the form. */
export class CreateVendorDto {
  @ApiProperty({
    description: 'as VirusTotal writes it: case, spaces and accents count',
    minLength: 1,
    maxLength: 255,
  })
  @IsVendorName
  name!: string;

  @ApiPropertyOptional({ maxLength: 1000, default: '' })
  @ifGiven
  @Matches(CONTACT, says('vendor.error.contact'))
  contact?: string;

  @ApiPropertyOptional({ maxLength: 10_000, default: '' })
  @ifGiven
  @Matches(COMMENTS, says('vendor.error.comments'))
  comments?: string;
}

/** Any subset of the same; what is absent stays as it is. */
export class UpdateVendorDto extends PartialType(CreateVendorDto, { skipNullProperties: false }) {}

/** What JSON may change of a vendor: the same, and whether its contact was tried. */
export class PatchVendorDto extends UpdateVendorDto {
  @ApiPropertyOptional({
    enum: CONTACT_STATES,
    description:
      'marks the contact, that of this body if it has one; when and by whom is set by the server',
  })
  @ifGiven
  @IsIn(CONTACT_STATES, says('vendor.error.contactState'))
  contactState?: ContactState;
}

/** What a list of vendors may be asked for. */
export class VendorQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'in the name, contact or comments', maxLength: 255 })
  // A search form sends what was left empty.
  @Transform(({ value }: { value: unknown }) => (value === '' ? undefined : value))
  @IsOptional()
  @Matches(SEARCH, says('vendor.error.search'))
  search?: string;

  @SortedBy(VENDOR_SORTS)
  sort?: string;
}

/** Which vendors an export is to have: those of a list, whatever the limit of its page is. */
export class VendorExportQuery extends VendorQuery {
  @exportFormat
  format?: ImportFormat;
}

/** What marks a contact on a vendor's page. */
export class MarkContactDto {
  @IsIn(CONTACT_STATES, says('vendor.error.contactState'))
  state!: ContactState;

  /** The contact that was looked at, so that no other is marked. */
  @IsString(says('vendor.error.contact'))
  contact!: string;
}

import { Transform } from 'class-transformer';
import { IsIn, Matches, ValidateBy, ValidateIf } from 'class-validator';
import { isInstantText } from '../platform/import/instant-text.rules.js';
import { says } from '../web/validation.js';
import { CreateVendorDto, ifGiven } from './vendor.dto.js';
import type { ContactState } from './vendor.entity.js';
import { CONTACT_STATES } from './vendor.view.js';

const BY = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

/** Only what is verified or bounced says when and by whom: JSON has null for the rest. */
const ifMarked = ValidateIf(
  ({ contactState }: ImportVendorDto, value) =>
    (contactState !== undefined && contactState !== 'unverified') ||
    (contactState === undefined && value != null),
);
const nullIsNone = Transform(({ value }: { value: unknown }) => value ?? undefined);

const IsMarkedAt = ValidateBy({
  name: 'contactStateAt',
  validator: {
    validate: (value: unknown, args) =>
      (args?.object as ImportVendorDto).contactState !== undefined && isInstantText(value),
    defaultMessage: () => says('vendor.error.contactStateAt').message,
  },
});

/** One row of a file of vendors: what a new vendor takes, and whether its contact was tried. */
export class ImportVendorDto extends CreateVendorDto {
  @ifGiven
  @IsIn(CONTACT_STATES, says('vendor.error.contactState'))
  contactState?: ContactState;

  @nullIsNone
  @ifMarked
  @IsMarkedAt
  contactStateAt?: string;

  @nullIsNone
  @ifMarked
  @Matches(BY, says('vendor.error.contactStateBy'))
  contactStateBy?: string;
}

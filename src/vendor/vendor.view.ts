import { ApiProperty } from '../web/api-doc.js';
import { showId } from '../web/ids.js';
import type { ContactState, Vendor } from './vendor.entity.js';

/** Every state of a contact. */
export const CONTACT_STATES: readonly ContactState[] = ['unverified', 'verified', 'bounced'];

/** A vendor as JSON and pages show it. */
export class VendorView {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty()
  contact!: string;

  @ApiProperty()
  comments!: string;

  @ApiProperty({ description: 'VirusTotal has returned an engine of that very name' })
  matched!: boolean;

  @ApiProperty({ type: [String], description: 'engines it may have meant, by their exact names' })
  nearMisses!: string[];

  @ApiProperty({ enum: CONTACT_STATES, description: 'whether somebody tried the contact' })
  contactState!: ContactState;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  contactStateAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'a mail address, or `token NAME`' })
  contactStateBy!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt!: string;
}

/** One vendor as JSON answers it. */
export class VendorAnswer {
  @ApiProperty({ type: VendorView })
  data!: VendorView;
}

/** A page of vendors as JSON answers it. */
export class VendorListAnswer {
  @ApiProperty({ type: [VendorView] })
  data!: VendorView[];

  @ApiProperty({ type: Object, example: { total: 1, limit: 50, nextCursor: null } })
  meta!: { total: number; limit: number; nextCursor: string | null };
}

/** A vendor in plain values. */
export function vendorView(vendor: Vendor, matched: boolean, nearMisses: string[]): VendorView {
  const { id, name, contact, comments, createdAt, updatedAt } = vendor;
  const { contactState, contactStateAt, contactStateBy } = vendor;
  return Object.assign(new VendorView(), {
    id: showId(id),
    name,
    contact,
    comments,
    matched,
    nearMisses,
    contactState,
    contactStateAt: contactStateAt?.toISOString() ?? null,
    contactStateBy,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  });
}

import { ApiProperty } from '../web/api-doc.js';
import { showId } from '../web/ids.js';
import type { Vendor } from './vendor.entity.js';

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

/** @param engineNames the engine names seen, at least those among the vendors shown */
export function vendorView(vendor: Vendor, engineNames: ReadonlySet<string>): VendorView {
  const { id, name, contact, comments, createdAt, updatedAt } = vendor;
  return Object.assign(new VendorView(), {
    id: showId(id),
    name,
    contact,
    comments,
    matched: engineNames.has(name),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  });
}

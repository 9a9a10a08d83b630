import { ApiProperty } from '../web/api-doc.js';
import { showId } from '../web/ids.js';
import type { Engine } from './engine.entity.js';
import type { SimilarVendor } from './near-miss.service.js';

/** A vendor whose name likely means an engine. */
export class SimilarVendorView {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;
}

/** An engine without a vendor, as JSON shows it. */
export class UnknownEngineView {
  @ApiProperty({ description: 'as VirusTotal names it' })
  engine!: string;

  @ApiProperty({ description: 'in how many answers its name stood' })
  seen!: number;

  @ApiProperty({ description: 'how often it flagged' })
  flagged!: number;

  @ApiProperty({ type: String, format: 'date-time' })
  firstSeenAt!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'to the hour' })
  lastSeenAt!: string;

  @ApiProperty({ type: [SimilarVendorView], description: 'vendors that likely mean this engine' })
  similarVendors!: SimilarVendorView[];
}

/** A page of unknown engines as JSON answers it. */
export class UnknownEngineListAnswer {
  @ApiProperty({ type: [UnknownEngineView] })
  data!: UnknownEngineView[];

  @ApiProperty({ type: Object, example: { total: 1, limit: 50, nextCursor: null } })
  meta!: { total: number; limit: number; nextCursor: string | null };
}

/** An unknown engine in plain values. */
export function unknownEngineView(
  { name, timesSeen, timesFlagged, firstSeenAt, lastSeenAt }: Engine,
  similar: readonly SimilarVendor[],
): UnknownEngineView {
  return Object.assign(new UnknownEngineView(), {
    engine: name,
    seen: timesSeen,
    flagged: timesFlagged,
    firstSeenAt: firstSeenAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    similarVendors: similar.map((vendor) =>
      Object.assign(new SimilarVendorView(), { id: showId(vendor.id), name: vendor.name }),
    ),
  });
}

import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional } from 'class-validator';
import { ApiPropertyOptional } from '../../web/api-doc.js';
import { readId } from '../../web/ids.js';
import { PageQuery } from '../../web/paging.js';
import { says } from '../../web/validation.js';
import type { DeliveryState } from './delivery.entity.js';

export const DELIVERY_STATES: readonly DeliveryState[] = [
  'pending',
  'sending',
  'delivered',
  'dead',
  'dropped',
];

const emptyIsNone = Transform(({ value }: { value: unknown }) =>
  value === '' ? undefined : value,
);

/** What the deliveries of a channel may be asked for. */
export class ChannelDeliveryQuery extends PageQuery {
  @ApiPropertyOptional({ enum: DELIVERY_STATES })
  @emptyIsNone
  @IsOptional()
  @IsIn(DELIVERY_STATES, says('delivery.error.state'))
  state?: DeliveryState;
}

/** What a list of deliveries may be asked for. */
export class DeliveryQuery extends ChannelDeliveryQuery {
  @ApiPropertyOptional({ type: String, description: "a channel's id" })
  @Transform(({ value }: { value: unknown }) =>
    value === '' ? undefined : (readId(value) ?? value),
  )
  @IsOptional()
  @IsInt(says('delivery.error.channelId'))
  channelId?: number;
}

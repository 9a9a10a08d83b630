import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { Courier } from './courier.service.js';
import { DeliveryClaims } from './delivery-claims.service.js';
import { DeliveryOutcomes } from './delivery-outcomes.service.js';

/** What every lane works with. */
@Injectable()
export class LaneTools {
  constructor(
    readonly clock: Clock,
    readonly claims: DeliveryClaims,
    readonly courier: Courier,
    readonly outcomes: DeliveryOutcomes,
  ) {}
}

import { Module } from '@nestjs/common';
import { AuditModule } from '../access/audit.module.js';
import { OutgoingModule } from '../outgoing/outgoing.module.js';
import { CHANNEL_KINDS } from './channel-kind.js';
import { Channels } from './channels.service.js';
import { Assembler } from './outbox/assembler.service.js';
import { ChannelLocks } from './outbox/channel-locks.service.js';
import { Courier } from './outbox/courier.service.js';
import { DeliveryClaims } from './outbox/delivery-claims.service.js';
import { DeliveryOutcomes } from './outbox/delivery-outcomes.service.js';
import { Dispatcher } from './outbox/dispatcher.js';
import { LaneTools } from './outbox/lane-tools.js';
import { OutboxPruning } from './outbox/outbox-pruning.service.js';
import { OutboxWakeup } from './outbox/outbox-wakeup.js';
import { Outbox } from './outbox/outbox.js';
import { OutboxService } from './outbox/outbox.service.js';

/** Channels, and the outbox that they are told from. */
@Module({
  imports: [AuditModule, OutgoingModule],
  providers: [
    Channels,
    { provide: CHANNEL_KINDS, useValue: [] },
    { provide: Outbox, useClass: OutboxService },
    Assembler,
    ChannelLocks,
    Courier,
    DeliveryClaims,
    DeliveryOutcomes,
    Dispatcher,
    LaneTools,
    OutboxPruning,
    OutboxWakeup,
  ],
  exports: [Outbox, Channels, Dispatcher, OutboxPruning],
})
export class NotificationModule {}

import { Module } from '@nestjs/common';
import { AccessServicesModule } from '../access/access-services.module.js';
import { AuditModule } from '../access/audit.module.js';
import { OutgoingModule } from '../outgoing/outgoing.module.js';
import { ChannelConfigs } from './channel-configs.service.js';
import { AdminMailer } from './admin-mail/admin-mailer.service.js';
import { AdminMails } from './admin-mail/admin-mails.service.js';
import { CHANNEL_KINDS, type ChannelKind } from './channel-kind.js';
import { ChannelSecrets } from './channel-secrets.service.js';
import { ChannelStates } from './channel-states.service.js';
import { ChannelTest } from './channel-test.service.js';
import { ChannelApi } from './channel.api.js';
import { ChannelPages } from './channel.pages.js';
import { ChannelService } from './channel.service.js';
import { Channels } from './channels.service.js';
import { JsonDelivery } from './kinds/json-delivery.js';
import { KIND_CLASSES } from './kinds/kinds.js';
import { Assembler } from './outbox/assembler.service.js';
import { ChannelLocks } from './outbox/channel-locks.service.js';
import { ChannelResumption } from './outbox/channel-resumption.service.js';
import { Courier } from './outbox/courier.service.js';
import { DeliveryClaims } from './outbox/delivery-claims.service.js';
import { DeliveryHeadlines } from './outbox/delivery-headlines.service.js';
import { DeliveryHurry } from './outbox/delivery-hurry.service.js';
import { DeliveryOutcomes } from './outbox/delivery-outcomes.service.js';
import { DeliveryApi } from './outbox/delivery.api.js';
import { DeliveryPages } from './outbox/delivery.pages.js';
import { DeliveryService } from './outbox/delivery.service.js';
import { Dispatcher } from './outbox/dispatcher.js';
import { LaneTools } from './outbox/lane-tools.js';
import { OutboxPruning } from './outbox/outbox-pruning.service.js';
import { OutboxWakeup } from './outbox/outbox-wakeup.js';
import { Outbox } from './outbox/outbox.js';
import { OutboxService } from './outbox/outbox.service.js';

/** Channels, and the outbox that they are told from. */
@Module({
  imports: [AccessServicesModule, AuditModule, OutgoingModule],
  controllers: [ChannelPages, ChannelApi, DeliveryPages, DeliveryApi],
  providers: [
    Channels,
    ChannelConfigs,
    ChannelSecrets,
    ChannelService,
    ChannelStates,
    ChannelTest,
    JsonDelivery,
    ...KIND_CLASSES,
    {
      provide: CHANNEL_KINDS,
      useFactory: (...kinds: ChannelKind[]) => kinds,
      inject: [...KIND_CLASSES],
    },
    { provide: Outbox, useClass: OutboxService },
    AdminMailer,
    AdminMails,
    Assembler,
    ChannelLocks,
    ChannelResumption,
    Courier,
    DeliveryClaims,
    DeliveryHeadlines,
    DeliveryHurry,
    DeliveryOutcomes,
    DeliveryService,
    Dispatcher,
    LaneTools,
    OutboxPruning,
    OutboxWakeup,
  ],
  exports: [AdminMailer, AdminMails, Outbox, Channels, Dispatcher, OutboxPruning],
})
export class NotificationModule {}

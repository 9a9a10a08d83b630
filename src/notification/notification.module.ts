import { Module } from '@nestjs/common';
import { AuditModule } from '../access/audit.module.js';
import { OutgoingModule } from '../outgoing/outgoing.module.js';
import { CHANNEL_KINDS } from './channel-kind.js';
import { Channels } from './channels.service.js';
import { Outbox } from './outbox/outbox.js';
import { OutboxService } from './outbox/outbox.service.js';

/** Channels, and the outbox that they are told from. */
@Module({
  imports: [AuditModule, OutgoingModule],
  providers: [
    Channels,
    { provide: CHANNEL_KINDS, useValue: [] },
    { provide: Outbox, useClass: OutboxService },
  ],
  exports: [Outbox],
})
export class NotificationModule {}

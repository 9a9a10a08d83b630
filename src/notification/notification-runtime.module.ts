import { Module } from '@nestjs/common';
import { NotificationModule } from './notification.module.js';
import { NotificationRuntime } from './notification-runtime.js';

/** What the server adds to the notification module: the running dispatcher. */
@Module({ imports: [NotificationModule], providers: [NotificationRuntime] })
export class NotificationRuntimeModule {}

import { Module } from '@nestjs/common';
import { AlertRemindersRuntime } from './alert-reminders.runtime.js';
import { AlertModule } from './alert.module.js';

/** What the server adds to the alert module: reminders. */
@Module({ imports: [AlertModule], providers: [AlertRemindersRuntime] })
export class AlertRuntimeModule {}

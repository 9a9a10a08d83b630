import { Module } from '@nestjs/common';
import { AlertRemindersRuntime } from './alert-reminders.runtime.js';
import { AlertModule } from './alert.module.js';
import { DisputeRuntime } from './dispute-runtime.js';

/** What the server adds to the alert module: reminders, and the look for disputes that are due. */
@Module({ imports: [AlertModule], providers: [AlertRemindersRuntime, DisputeRuntime] })
export class AlertRuntimeModule {}

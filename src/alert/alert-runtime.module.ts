import { Module } from '@nestjs/common';
import { AlertModule } from './alert.module.js';
import { DisputeRuntime } from './dispute-runtime.js';

/** What the server adds to the alert module: the look for disputes that are due. */
@Module({ imports: [AlertModule], providers: [DisputeRuntime] })
export class AlertRuntimeModule {}

import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { ThrottlerModule } from '@nestjs/throttler';
import { AccessServicesModule } from './access/access-services.module.js';
import { AccessModule } from './access/access.module.js';
import { SignInLimit } from './access/sign-in-limit.js';
import { AlertRuntimeModule } from './alert/alert-runtime.module.js';
import { AlertModule } from './alert/alert.module.js';
import { ConfigModule, type ConfigOptions } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { ENTITIES } from './entities.js';
import { PlatformImportModule } from './integration/platform-import.module.js';
import { IntegrationModule } from './integration/integration.module.js';
import { NotificationModule } from './notification/notification.module.js';
import { NotificationRuntimeModule } from './notification/notification-runtime.module.js';
import { OutgoingModule } from './outgoing/outgoing.module.js';
import { PlatformModule } from './platform/platform.module.js';
import { ScanModule } from './scan/scan.module.js';
import { StatusModule } from './status/status.module.js';
import { WatchModule } from './status/watch/watch.module.js';
import { VendorModule } from './vendor/vendor.module.js';
import { VirusTotalModule } from './virustotal/virustotal.module.js';

/** The whole application, from the bottom of the module table up. */
@Module({})
export class AppModule {
  static register(options: ConfigOptions = {}): DynamicModule {
    const { module: configModule, config } = ConfigModule.load(options);
    return {
      module: AppModule,
      imports: [
        configModule,
        DatabaseModule.register(ENTITIES),
        ScheduleModule.forRoot(),
        ThrottlerModule.forRootAsync({
          imports: [AccessServicesModule],
          inject: [SignInLimit],
          useFactory: (limit: SignInLimit) => limit.createThrottlerOptions(),
        }),
        OutgoingModule,
        AccessModule,
        VirusTotalModule,
        PlatformModule,
        // Before what has `/platforms/:id`: routes are tried in this order.
        PlatformImportModule,
        VendorModule,
        NotificationModule,
        NotificationRuntimeModule,
        AlertModule,
        AlertRuntimeModule,
        ScanModule,
        IntegrationModule,
        StatusModule,
        WatchModule,
        ...(config.redisUrl === null ? [] : [sharedQueue(config.redisUrl)]),
      ],
    };
  }
}

/** Loaded where it is asked for alone: a start of one process does not pay for BullMQ. */
async function sharedQueue(redisUrl: string): Promise<DynamicModule> {
  const { ScanQueueModule } = await import('./scan/queue/scan-queue.module.js');
  return ScanQueueModule.register(redisUrl);
}

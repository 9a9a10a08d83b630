import { Module } from '@nestjs/common';
import { GuardedHttp } from './guarded-http.service.js';
import { HostResolver } from './host-resolver.js';
import { Mailer } from './mailer.service.js';
import { OperatorHttp } from './operator-http.service.js';

/** What leaves Oju for a place that VirusTotal is not: mail, and addresses that users give. */
@Module({
  providers: [Mailer, HostResolver, GuardedHttp, OperatorHttp],
  exports: [Mailer, GuardedHttp, OperatorHttp],
})
export class OutgoingModule {}

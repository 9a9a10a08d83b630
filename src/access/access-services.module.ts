import { Module } from '@nestjs/common';
import { ApiTokenService } from './api-token.service.js';
import { AuditModule } from './audit.module.js';
import { UserService } from './user.service.js';

/** Users and API tokens without pages, guard or background work: what the `oju` command takes. */
@Module({
  imports: [AuditModule],
  providers: [UserService, ApiTokenService],
  exports: [AuditModule, UserService, ApiTokenService],
})
export class AccessServicesModule {}

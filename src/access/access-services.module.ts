import { Module } from '@nestjs/common';
import { ApiTokenService } from './api-token.service.js';
import { UserService } from './user.service.js';

/** Users and API tokens without pages, guard or background work: what the `oju` command takes. */
@Module({
  providers: [UserService, ApiTokenService],
  exports: [UserService, ApiTokenService],
})
export class AccessServicesModule {}

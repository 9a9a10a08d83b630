import { Module } from '@nestjs/common';
import { ApiTokenService } from './api-token.service.js';
import { AuditModule } from './audit.module.js';
import { OneTimeLinks } from './one-time-link.service.js';
import { Passwords } from './password.service.js';
import { SecondFactor } from './second-factor.service.js';
import { Totp } from './totp.js';
import { UserService } from './user.service.js';

/** Users and API tokens without pages, guard or background work: what the `oju` command takes. */
@Module({
  imports: [AuditModule],
  providers: [UserService, Passwords, OneTimeLinks, SecondFactor, Totp, ApiTokenService],
  exports: [AuditModule, UserService, Passwords, OneTimeLinks, SecondFactor, ApiTokenService],
})
export class AccessServicesModule {}

import { Module } from '@nestjs/common';
import { ApiTokenService } from './api-token.service.js';
import { AuditModule } from './audit.module.js';
import { IdempotentAnswers } from './idempotent-answers.service.js';
import { SignInLimit } from './sign-in-limit.js';
import { TriesStore } from './tries.store.js';
import { OneTimeLinks } from './one-time-link.service.js';
import { Passwords } from './password.service.js';
import { SecondFactor } from './second-factor.service.js';
import { Totp } from './totp.js';
import { UserService } from './user.service.js';

/** Users and API tokens without pages, guard or background work: what the `oju` command takes. */
@Module({
  imports: [AuditModule],
  providers: [
    UserService,
    Passwords,
    OneTimeLinks,
    SecondFactor,
    Totp,
    ApiTokenService,
    TriesStore,
    SignInLimit,
    IdempotentAnswers,
  ],
  exports: [
    AuditModule,
    UserService,
    Passwords,
    OneTimeLinks,
    SecondFactor,
    ApiTokenService,
    TriesStore,
    SignInLimit,
    IdempotentAnswers,
  ],
})
export class AccessServicesModule {}

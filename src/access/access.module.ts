import { Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { AccessServicesModule } from './access-services.module.js';
import { AccessGuard } from './access.guard.js';
import { ApiRateGuard } from './api-rate.guard.js';
import { ApiTokenPages } from './api-token.pages.js';
import { AuditApi } from './audit.api.js';
import { AuditPages } from './audit.pages.js';
import { FirstAdmin } from './first-admin.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { LoginPages } from './login.pages.js';
import { MadeToken } from './made-token.js';
import { SessionSweeper } from './session-sweeper.js';
import { SessionService } from './session.service.js';
import { DatabaseSessionStore } from './session.store.js';
import { SetupLink } from './setup-link.js';
import { SetupPages } from './setup.pages.js';

/** Who may do what: users, sessions, API tokens, and the guard before every route. */
@Module({
  imports: [AccessServicesModule],
  controllers: [LoginPages, SetupPages, ApiTokenPages, AuditPages, AuditApi],
  providers: [
    { provide: APP_GUARD, useClass: AccessGuard },
    ApiRateGuard,
    { provide: APP_GUARD, useExisting: ApiRateGuard },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    DatabaseSessionStore,
    SessionService,
    SessionSweeper,
    SetupLink,
    FirstAdmin,
    MadeToken,
  ],
  exports: [AccessServicesModule],
})
export class AccessModule {}

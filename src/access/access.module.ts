import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessServicesModule } from './access-services.module.js';
import { AccessGuard } from './access.guard.js';
import { AuditApi } from './audit.api.js';
import { AuditPages } from './audit.pages.js';
import { FirstAdmin } from './first-admin.js';
import { LoginPages } from './login.pages.js';
import { SessionSweeper } from './session-sweeper.js';
import { SessionService } from './session.service.js';
import { DatabaseSessionStore } from './session.store.js';
import { SetupLink } from './setup-link.js';
import { SetupPages } from './setup.pages.js';

/** Who may do what: users, sessions, API tokens, and the guard before every route. */
@Module({
  imports: [AccessServicesModule],
  controllers: [LoginPages, SetupPages, AuditPages, AuditApi],
  providers: [
    { provide: APP_GUARD, useClass: AccessGuard },
    DatabaseSessionStore,
    SessionService,
    SessionSweeper,
    SetupLink,
    FirstAdmin,
  ],
  exports: [AccessServicesModule],
})
export class AccessModule {}

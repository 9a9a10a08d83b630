import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessServicesModule } from './access-services.module.js';
import { AccessGuard } from './access.guard.js';
import { AuditApi } from './audit.api.js';
import { AuditPages } from './audit.pages.js';
import { FirstAdmin } from './first-admin.js';
import { LoginPages } from './login.pages.js';
import { OutgoingModule } from '../outgoing/outgoing.module.js';
import { OidcAccounts } from './oidc/oidc-account.service.js';
import { OidcClient } from './oidc/oidc-client.service.js';
import { OidcPages } from './oidc/oidc.pages.js';
import { SessionSweeper } from './session-sweeper.js';
import { SessionService } from './session.service.js';
import { DatabaseSessionStore } from './session.store.js';
import { SetupLink } from './setup-link.js';
import { SetupPages } from './setup.pages.js';

/** Who may do what: users, sessions, API tokens, and the guard before every route. */
@Module({
  imports: [OutgoingModule, AccessServicesModule],
  controllers: [LoginPages, OidcPages, SetupPages, AuditPages, AuditApi],
  providers: [
    { provide: APP_GUARD, useClass: AccessGuard },
    DatabaseSessionStore,
    OidcClient,
    OidcAccounts,
    SessionService,
    SessionSweeper,
    SetupLink,
    FirstAdmin,
  ],
  exports: [AccessServicesModule],
})
export class AccessModule {}

import { Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { OutgoingModule } from '../outgoing/outgoing.module.js';
import { AccessMail } from './access-mail.service.js';
import { AccessServicesModule } from './access-services.module.js';
import { AccessSettingsService } from './access-settings.service.js';
import { AccessGuard } from './access.guard.js';
import { ApiRateGuard } from './api-rate.guard.js';
import { ApiTokenPages } from './api-token.pages.js';
import { AuditApi } from './audit.api.js';
import { AuditPages } from './audit.pages.js';
import { FormOnceInterceptor } from './form-once.interceptor.js';
import { FirstAdmin } from './first-admin.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { MadeToken } from './made-token.js';
import { InvitePages } from './invite.pages.js';
import { Invites } from './invite.service.js';
import { LoginCodePages } from './login-code.pages.js';
import { LoginPages } from './login.pages.js';
import { OwnAccount } from './own-account.service.js';
import { PasswordResets } from './password-reset.service.js';
import { ProfilePages } from './profile.pages.js';
import { ReaderChoice } from './reader-choice.service.js';
import { ResetRequests } from './reset-requests.service.js';
import { ResetPages } from './reset.pages.js';
import { SecondFactorPages } from './second-factor.pages.js';
import { OidcAccounts } from './oidc/oidc-account.service.js';
import { OidcClient } from './oidc/oidc-client.service.js';
import { OidcPages } from './oidc/oidc.pages.js';
import { SessionService } from './session.service.js';
import { DatabaseSessionStore } from './session.store.js';
import { SessionSweeper } from './session-sweeper.js';
import { SetupLink } from './setup-link.js';
import { SetupPages } from './setup.pages.js';
import { SignInPage } from './sign-in-page.js';
import { ThemePages } from './theme.pages.js';
import { UserAdmin } from './user-admin.service.js';
import { UserPages } from './user.pages.js';
import { UsersPages } from './users.pages.js';

/** Who may do what: users, sessions, API tokens, the audit trail, and the guard before every route. */
@Module({
  imports: [AccessServicesModule, OutgoingModule],
  controllers: [
    LoginPages,
    LoginCodePages,
    OidcPages,
    SetupPages,
    InvitePages,
    ResetPages,
    ProfilePages,
    SecondFactorPages,
    UsersPages,
    UserPages,
    ThemePages,
    ApiTokenPages,
    AuditPages,
    AuditApi,
  ],
  providers: [
    { provide: APP_GUARD, useClass: AccessGuard },
    ApiRateGuard,
    { provide: APP_GUARD, useExisting: ApiRateGuard },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    { provide: APP_INTERCEPTOR, useClass: FormOnceInterceptor },
    DatabaseSessionStore,
    OidcClient,
    OidcAccounts,
    SessionService,
    SessionSweeper,
    SetupLink,
    SignInPage,
    FirstAdmin,
    MadeToken,
    AccessMail,
    AccessSettingsService,
    Invites,
    OwnAccount,
    PasswordResets,
    ReaderChoice,
    ResetRequests,
    UserAdmin,
  ],
  exports: [AccessServicesModule],
})
export class AccessModule {}

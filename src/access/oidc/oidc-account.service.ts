import { Injectable, Logger } from '@nestjs/common';
import { isEmail } from 'class-validator';
import { AppConfig } from '../../config/app-config.js';
import { Clock } from '../../config/clock.js';
import { isUniqueViolation } from '../../database/unique-violation.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { normalEmail } from '../access.rules.js';
import { AuditTrail } from '../audit-trail.service.js';
import { NO_PASSWORD } from '../password.js';
import type { Role } from '../rights.js';
import { Session } from '../session.entity.js';
import { UserAdmin } from '../user-admin.service.js';
import { User } from '../user.entity.js';
import type { OidcIdentity } from './oidc-client.service.js';
import { type OidcRefusal, OidcRefusedError } from './oidc.errors.js';
import { roleOf } from './oidc-role.rules.js';
import { UserIdentity } from './user-identity.entity.js';

/** What the audit trail has of whatever a provider vouches for. */
export const VIA_PROVIDER = { via: 'OpenID Connect' };

/** Who somebody is here, whom the provider signed in. */
interface Account {
  identity: OidcIdentity;
  /** Null when the provider gave none, or one that is not. */
  email: string | null;
  /** As the provider has it; undefined when it says nothing of it. */
  isVerified: boolean | undefined;
  role: Role | null;
}

/**
 * Users whom the provider vouches for. One is found by issuer and subject alone. An unknown subject
 * becomes a new user; it takes over one that there is only if the provider has verified the mail
 * address and that user has neither a password nor an identity: a user made for exactly this.
 */
@Injectable()
export class OidcAccounts {
  private readonly logger = new Logger('OpenID');

  constructor(
    private readonly config: AppConfig,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
    private readonly admin: UserAdmin,
  ) {}

  /**
   * The active user of an identity, with the role that its claims give now; the last admin keeps
   * that role. Nobody is signed in by this yet.
   * @throws OidcRefusedError when nobody is to be signed in; the audit trail has it as well
   */
  async signIn(identity: OidcIdentity): Promise<User> {
    const account = this.accountOf(identity);
    let outcome: User | OidcRefusal;
    try {
      outcome = await this.unitOfWork.run(() => this.attempt(account));
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      // Two browsers of one person came at once, and the other one is signed in by now.
      outcome = await this.unitOfWork.run(() => this.attempt(account));
    }
    if (typeof outcome !== 'string') {
      if (outcome.role !== account.role) {
        this.logger.warn(
          `User ${outcome.id} stays ${outcome.role}, whatever the provider says: there is no other admin`,
        );
      }
      return outcome;
    }
    throw new OidcRefusedError(outcome, { name: this.config.oidc?.name ?? '' });
  }

  /** Tells the audit trail of an answer that was refused before anybody was known by it. */
  async refusedUnknown(reason: OidcRefusal): Promise<void> {
    const after = { reason, ...VIA_PROVIDER };
    await this.unitOfWork.run(() =>
      this.audit.record({ action: 'sign_in.failed', subject: { kind: 'user' }, after }),
    );
  }

  private accountOf(identity: OidcIdentity): Account {
    const { oidc } = this.config;
    const { email, email_verified: verified } = identity.claims;
    const isGiven = typeof email === 'string' && email.length <= 254 && isEmail(email);
    return {
      identity,
      email: isGiven ? normalEmail(email) : null,
      // Some providers write it as text.
      isVerified: verified === undefined ? undefined : verified === true || verified === 'true',
      role: oidc ? roleOf(identity.claims, oidc.roleClaim, oidc.roles) : null,
    };
  }

  /** Inside a unit of work, which keeps what the audit trail is told of a refusal. */
  private async attempt(account: Account): Promise<User | OidcRefusal> {
    const known = await this.knownUser(account.identity);
    const user = known ?? (await this.newUser(account));
    if (typeof user === 'string') return this.refuse(account, null, user);
    if (!user.isActive) return this.refuse(account, user, 'inactive');
    if (account.role === null) return this.refuse(account, user, 'noRole');
    return user.role === account.role
      ? user
      : this.admin.followRole(user.id, account.role, VIA_PROVIDER);
  }

  private async knownUser({ issuer, subject }: OidcIdentity): Promise<User | null> {
    const found = await this.identities().findOneBy({ issuer, subject });
    return found && this.users().findOneByOrFail({ id: found.userId });
  }

  /** Of a subject that was never here. */
  private async newUser(account: Account): Promise<User | OidcRefusal> {
    const { email, isVerified, role } = account;
    if (role === null) return 'noRole';
    if (email === null) return 'noEmail';
    if (isVerified === false) return 'unverified';
    const taken = await this.users().findOneBy({ email });
    if (!taken) return this.make(account.identity, email, role);
    const isFree = taken.passwordHash === NO_PASSWORD && isVerified === true;
    if (!isFree || (await this.identities().existsBy({ userId: taken.id }))) {
      // Made meanwhile for this very subject, who comes in two browsers at once: looked for again,
      // since a statement on MySQL sees what was committed after the one before.
      return (await this.knownUser(account.identity)) ?? 'emailTaken';
    }
    await this.link(account.identity, taken);
    return taken;
  }

  private async make(identity: OidcIdentity, email: string, role: Role): Promise<User> {
    const user = this.users().create({
      email,
      passwordHash: NO_PASSWORD,
      role,
      isActive: true,
      createdAt: this.clock.now(),
      lastSignedInAt: null,
    });
    await this.users().insert(user);
    const subject = { kind: 'user', id: user.id, label: email };
    await this.audit.record(
      { action: 'user.created', subject, after: { role, ...VIA_PROVIDER } },
      user,
    );
    await this.link(identity, user);
    return user;
  }

  private async link({ issuer, subject }: OidcIdentity, user: User): Promise<void> {
    const createdAt = this.clock.now();
    await this.identities().insert({ issuer, subject, userId: user.id, createdAt });
    await this.audit.record(
      {
        action: 'user.identity_linked',
        subject: { kind: 'user', id: user.id, label: user.email },
        after: { issuer, subject },
      },
      user,
    );
  }

  /** Whom the provider gives no role any more is signed out everywhere. */
  private async refuse(
    { email }: Account,
    user: User | null,
    reason: OidcRefusal,
  ): Promise<OidcRefusal> {
    if (user) await this.unitOfWork.repository(Session).delete({ userId: user.id });
    await this.audit.record({
      action: 'sign_in.failed',
      subject: { kind: 'user', id: user?.id, label: user?.email ?? email ?? undefined },
      after: { reason, ...VIA_PROVIDER },
    });
    return reason;
  }

  private users() {
    return this.unitOfWork.repository(User);
  }

  private identities() {
    return this.unitOfWork.repository(UserIdentity);
  }
}

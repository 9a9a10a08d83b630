import 'express-session';
import { Injectable, Logger } from '@nestjs/common';
import type * as OpenIdClient from 'openid-client';
import { AppConfig, type OidcConfig } from '../../config/app-config.js';
import { Clock } from '../../config/clock.js';
import { GuardedHttp } from '../../outgoing/guarded-http.service.js';
import { OutgoingError } from '../../outgoing/outgoing.error.js';
import { NotFoundError } from '../../web/domain-error.js';
import { OidcRefusedError } from './oidc.errors.js';

type OpenId = typeof OpenIdClient;

/** Where the provider sends people back to, below the base address. */
const OIDC_CALLBACK = '/login/oidc/callback';

/** What is known of a provider is asked for again after this, ms. */
const METADATA_AGE_MS = 3_600_000;
/** So long may somebody take at the provider, ms. */
export const SIGN_IN_AGE_MS = 15 * 60_000;

/**
 * The standard's 255 ASCII characters. Spaces at an end are refused: to MySQL the subject with and
 * the one without would be the same.
 */
const SUBJECT = /^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/** A sign-in under way, as the browser's session keeps it; it is good for one answer. */
export interface PendingOidc {
  state: string;
  nonce: string;
  /** Of PKCE: its hash went to the provider, and it alone makes the code worth something. */
  verifier: string;
  startedAtMs: number;
}

declare module 'express-session' {
  interface SessionData {
    oidc?: PendingOidc;
  }
}

/** Whom the provider signed in. */
export interface OidcIdentity {
  issuer: string;
  subject: string;
  /** Of the ID token and, where that says too little, of the user info endpoint. */
  claims: Readonly<Record<string, unknown>>;
}

/**
 * The relying party of OpenID Connect: discovery, authorization code with PKCE, state and nonce,
 * signatures checked. All that it asks the provider goes through the guarded agent. openid-client is
 * loaded at the first sign-in.
 */
@Injectable()
export class OidcClient {
  private readonly logger = new Logger('OpenID');
  private known: { provider: Promise<OpenIdClient.Configuration>; untilMs: number } | null = null;

  constructor(
    private readonly config: AppConfig,
    private readonly clock: Clock,
    private readonly http: GuardedHttp,
  ) {}

  /**
   * Begins a sign-in.
   * @returns where to send the browser, and what its session keeps until it is back
   * @throws NotFoundError when no provider is set
   * @throws OutgoingError, OidcRefusedError when the provider cannot be used
   */
  async begin(): Promise<{ to: URL; pending: PendingOidc }> {
    const { oidc, openId } = await this.ready();
    const pending = {
      state: openId.randomState(),
      nonce: openId.randomNonce(),
      verifier: openId.randomPKCECodeVerifier(),
      startedAtMs: this.clock.now().getTime(),
    };
    const challenge = await openId.calculatePKCECodeChallenge(pending.verifier);
    const to = await this.asking(async () =>
      openId.buildAuthorizationUrl(await this.provider(oidc, openId), {
        redirect_uri: `${this.config.baseUrl}${OIDC_CALLBACK}`,
        scope: oidc.scopes,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      }),
    );
    if (to.protocol !== 'https:' && to.protocol !== new URL(oidc.issuer).protocol) {
      throw new OidcRefusedError('provider', { name: oidc.name });
    }
    return { to, pending };
  }

  /**
   * Ends a sign-in: trades the code for tokens and checks them.
   * @param query of the address that the provider sent the browser to
   * @throws OutgoingError, OidcRefusedError when nobody is to be signed in
   */
  async finish(query: string, pending: PendingOidc | undefined): Promise<OidcIdentity> {
    const { oidc, openId } = await this.ready();
    if (!pending || this.clock.now().getTime() - pending.startedAtMs > SIGN_IN_AGE_MS) {
      throw new OidcRefusedError('notStarted');
    }
    return this.asking(async () => {
      const provider = await this.provider(oidc, openId);
      const address = new URL(`${this.config.baseUrl}${OIDC_CALLBACK}${query}`);
      const tokens = await openId.authorizationCodeGrant(provider, address, {
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        pkceCodeVerifier: pending.verifier,
        idTokenExpected: true,
      });
      const idToken = tokens.claims();
      if (!idToken || !SUBJECT.test(idToken.sub))
        throw new OidcRefusedError('provider', { name: oidc.name });
      const more = provider.serverMetadata().userinfo_endpoint
        ? await openId.fetchUserInfo(provider, tokens.access_token, idToken.sub)
        : {};
      return {
        issuer: idToken.iss,
        subject: idToken.sub,
        claims: { ...more, ...idToken },
      };
    });
  }

  private async ready(): Promise<{ oidc: OidcConfig; openId: OpenId }> {
    const { oidc } = this.config;
    if (!oidc) throw new NotFoundError();
    return { oidc, openId: await import('openid-client') };
  }

  private provider(oidc: OidcConfig, openId: OpenId): Promise<OpenIdClient.Configuration> {
    const nowMs = this.clock.monotonicMs();
    if (this.known && this.known.untilMs > nowMs) return this.known.provider;
    const known = { provider: this.discover(oidc, openId), untilMs: nowMs + METADATA_AGE_MS };
    this.known = known;
    known.provider.catch(() => {
      if (this.known === known) this.known = null;
    });
    return known.provider;
  }

  private discover(oidc: OidcConfig, openId: OpenId): Promise<OpenIdClient.Configuration> {
    const issuer = new URL(oidc.issuer);
    return openId.discovery(
      issuer,
      oidc.clientId,
      undefined,
      oidc.clientSecret === null ? openId.None() : secretInAnyForm(openId, oidc.clientSecret),
      {
        [openId.customFetch]: this.http.fetch,
        execute: [
          // The code flow trusts TLS for it by itself; a signature holds behind any proxy.
          openId.enableNonRepudiationChecks,
          // Deprecated to stand out; the environment takes http for this machine alone.
          // oxlint-disable-next-line typescript/no-deprecated
          ...(issuer.protocol === 'http:' ? [openId.allowInsecureRequests] : []),
        ],
      },
    );
  }

  /** The library's errors carry answers, and so tokens: what is thrown on says a sentence alone. */
  private async asking<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const cause = (error as Error).cause;
      if (error instanceof OidcRefusedError || error instanceof OutgoingError) throw error;
      if (cause instanceof OutgoingError) throw cause;
      throw this.refusal(error as Error & { code?: string; error?: string });
    }
  }

  private refusal({ name, message, code, error }: Error & { code?: string; error?: string }) {
    this.logger.warn(`Nobody was signed in: ${name} ${code ?? ''} ${error ?? ''} ${message}`);
    const provider = this.config.oidc?.name ?? '';
    // `error` is what the provider said, in a word of the standard or one of its own.
    if (error !== undefined && /^[a-z_]{1,40}$/.test(error)) {
      return new OidcRefusedError('said', { name: provider, reason: error });
    }
    return new OidcRefusedError('provider', { name: provider });
  }
}

/** As the provider takes it; what it says nothing of means Basic. */
function secretInAnyForm(openId: OpenId, secret: string): OpenIdClient.ClientAuth {
  const basic = openId.ClientSecretBasic(secret);
  const post = openId.ClientSecretPost(secret);
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    (methods.includes('client_secret_basic') ? basic : post)(server, ...rest);
  };
}

import { type ExecutionContext, Injectable } from '@nestjs/common';
import { normalizeIp, type ThrottlerModuleOptions } from '@nestjs/throttler';
import type { Request } from 'express';
import { createHash } from 'node:crypto';
import { Clock } from '../config/clock.js';
import { normalEmail } from './access.rules.js';
import { credentialsOf } from './credentials.form.js';
import { TriesStore } from './tries.store.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** How long an address from which someone signed in counts as theirs. */
const KNOWN_MS = 30 * DAY_MS;
/** So seldom is it noted again. */
const NOTE_KNOWN_EVERY_MS = DAY_MS;

/** For the throttler: ten tries a minute from one address at a form that takes a password. */
export const SIGN_IN_LIMIT = { default: { limit: 10, ttl: MINUTE_MS } };
/**
 * Ten codes in fifteen minutes for one user, and as many from each address that is known as the
 * user's. Of a million codes three are good at a time: who knows the password needs some 240 days
 * of tries for an even chance.
 */
export const CODE_LIMIT = { default: { limit: 10, ttl: 15 * MINUTE_MS } };

/** Wrong passwords for one account in a quarter of an hour, from all addresses together. */
const ACCOUNT_LIMIT = { limit: 30, ttl: 15 * MINUTE_MS };

/**
 * How often a password may be tried, by address and by account, for all instances together. Only
 * tries that failed count. Whether there is such an account makes no difference. Addresses from
 * which someone signed in to an account in the last 30 days are counted apart from all others, so
 * that who tries passwords elsewhere does not lock its owner out.
 */
@Injectable()
export class SignInLimit {
  /** What each request's try was counted under. */
  private readonly counted = new WeakMap<object, string[]>();

  constructor(
    private readonly store: TriesStore,
    private readonly clock: Clock,
  ) {}

  createThrottlerOptions(): ThrottlerModuleOptions {
    return {
      storage: this.store,
      // SignInThrottlerGuard says how long to wait, whichever of them it is.
      setHeaders: false,
      generateKey: (context, tracker, name) => this.key(context, tracker, name),
      throttlers: [
        { name: 'default', ...SIGN_IN_LIMIT.default },
        {
          name: 'account',
          ...ACCOUNT_LIMIT,
          skipIf: (context) => emailOf(requestOf(context)) === '',
          getTracker: (_request, context) => this.account(requestOf(context)),
        },
      ],
    };
  }

  /** Takes back what was counted of a try that was right. */
  async passed(request: Request): Promise<void> {
    await this.store.giveBack(this.counted.get(request) ?? []);
  }

  /** The same when somebody has shown whose account it is: the address is known from now on. */
  async succeeded(request: Request, email: string): Promise<void> {
    await this.passed(request);
    const known = hash(knownKey(request, email));
    const nowMs = this.clock.now().getTime();
    const noted = hash(`${known} was noted`);
    if (await this.store.has(noted)) return;
    await this.store.put(known, new Date(nowMs + KNOWN_MS));
    await this.store.put(noted, new Date(nowMs + NOTE_KNOWN_EVERY_MS));
  }

  /** Whether somebody signed in to the account of `email` from this address not long ago. */
  async isKnown(from: Pick<Request, 'ip'>, email: string): Promise<boolean> {
    return this.store.has(hash(knownKey(from, email)));
  }

  private async account(request: Request): Promise<string> {
    const email = emailOf(request);
    return (await this.isKnown(request, email)) ? knownKey(request, email) : email;
  }

  private key(context: ExecutionContext, tracker: string, name: string): string {
    const route = `${context.getClass().name} ${context.getHandler().name}`;
    const key = hash([name, route, tracker].join('\n'));
    const request = requestOf(context);
    this.counted.set(request, [...(this.counted.get(request) ?? []), key]);
    return key;
  }
}

function requestOf(context: ExecutionContext): Request {
  return context.switchToHttp().getRequest<Request>();
}

function emailOf(request: Request): string {
  return normalEmail(credentialsOf(request.body).email);
}

function knownKey({ ip }: Pick<Request, 'ip'>, email: string): string {
  return ['known', normalEmail(email), normalizeIp(ip ?? '')].join('\n');
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

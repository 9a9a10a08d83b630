import type { ApiKeyOptions } from './options.js';
import { KeyQuota, PUBLIC_LIMITS, type QuotaLimits } from './quota.js';

/** A user with a key, and what the key has spent. */
export interface Account {
  key: string;
  user: string;
  state: 'active' | 'inactive' | 'forbidden';
  quota: KeyQuota;
}

/** The accounts that VirusTotal knows, by key. */
export class Accounts {
  private byKey = new Map<string, Account>();

  constructor(private readonly refusalsCount: () => boolean) {}

  /** Replaces the accepted keys; one that stays keeps what it has spent. */
  replace(keys: readonly ApiKeyOptions[]): void {
    const accounts = new Map<string, Account>();
    keys.forEach(({ key, user, state, ...limits }, index) => {
      if (!/^[0-9a-f]{64}$/i.test(key)) {
        throw new Error('An API key of the stand-in is 64 hexadecimal digits.');
      }
      const quota = this.byKey.get(key)?.quota ?? new KeyQuota(PUBLIC_LIMITS, this.refusalsCount);
      quota.limits = { ...PUBLIC_LIMITS, ...limits };
      const name = user ?? `user-${index + 1}`;
      accounts.set(key, { key, user: name, state: state ?? 'active', quota });
    });
    this.byKey = accounts;
  }

  /** The account that a request's key belongs to. */
  withKey(key: string): Account | null {
    return this.byKey.get(key) ?? null;
  }

  /** The account of a user, by name or key. */
  ofUser(nameOrKey: string): Account | null {
    const accounts = [...this.byKey.values()];
    return accounts.find(({ key, user }) => nameOrKey === key || nameOrKey === user) ?? null;
  }

  /** Changes limits of one key, or of all. */
  setLimits(limits: Partial<QuotaLimits>, key?: string): void {
    for (const account of this.chosen(key)) {
      account.quota.limits = { ...account.quota.limits, ...limits };
    }
  }

  /** Counts requests of another tool at the virtual time `at`, by one key or by all. */
  spend(requests: number, at: number, key?: string): void {
    for (const { quota } of this.chosen(key)) {
      for (let spent = 0; spent < requests; spent += 1) {
        quota.count(at, { minute: true, dayAndMonth: true }, 'urls');
      }
    }
  }

  /** Forgets all that was spent. */
  clear(): void {
    for (const account of this.byKey.values()) {
      account.quota = new KeyQuota(account.quota.limits, this.refusalsCount);
    }
  }

  private chosen(key: string | undefined): Account[] {
    const accounts = [...this.byKey.values()];
    if (key === undefined) return accounts;
    const account = this.byKey.get(key);
    if (account === undefined) throw new Error('The stand-in does not accept that API key.');
    return [account];
  }
}

import type { Account } from './accounts.js';
import { errorAnswer, type ApiAnswer } from './errors.js';
import { dayOf } from './quota.js';

const DAY_MS = 86_400_000;

/** What GET /users/{id} answers; to its own user with the key in it, to others a few fields. */
export function userAnswer(
  account: Account,
  asker: Account,
  baseUrl: string,
  at: number,
): ApiAnswer {
  const shared = { first_name: 'Test', last_name: 'User', profile_phrase: '', reputation: 1 };
  const own = {
    apikey: account.key,
    email: `${account.user}@example.com`,
    has_2fa: true,
    last_login: Math.floor(at / 1000),
    preferences: {},
    privileges: { private: { granted: false }, intelligence: { granted: false } },
    quotas: quotasOf(account, at),
    status: 'active',
  };
  const data = {
    id: account.user,
    type: 'user',
    links: { self: `${baseUrl}/users/${account.user}` },
    attributes: {
      ...shared,
      user_since: 1_577_836_800,
      ...(account === asker ? own : {}),
    },
  };
  return { status: 200, body: { data } };
}

/** What GET /users/{id}/overall_quotas answers. There is no counter of the minute. */
export function overallQuotasAnswer(account: Account, at: number): ApiAnswer {
  const quotas = Object.entries(quotasOf(account, at)).map(([name, user]) => [name, { user }]);
  return { status: 200, body: { data: Object.fromEntries(quotas) as unknown } };
}

/**
 * What GET /users/{id}/api_usage answers: the last 30 days, or the days that the query names
 * (`YYYYMMDD`, at most 30). A day without use, or more than 60 days ago, is absent.
 */
export function apiUsageAnswer(account: Account, query: URLSearchParams, at: number): ApiAnswer {
  const today = Date.parse(dayOf(at));
  const end = dateOf(query.get('end_date')) ?? today;
  const start = dateOf(query.get('start_date')) ?? end - 29 * DAY_MS;
  if (Number.isNaN(start) || Number.isNaN(end) || end < start || end - start > 30 * DAY_MS) {
    return errorAnswer('InvalidArgumentError', 'Invalid date range');
  }
  const daily: Record<string, Record<string, number>> = {};
  const total: Record<string, number> = {};
  for (let day = Math.max(start, today - 60 * DAY_MS); day <= end; day += DAY_MS) {
    const usage = account.quota.usageOn(dayOf(day));
    if (usage.size > 0) daily[dayOf(day)] = Object.fromEntries(usage);
    for (const [endpoint, calls] of usage) total[endpoint] = (total[endpoint] ?? 0) + calls;
  }
  return { status: 200, body: { data: { daily, total } } };
}

function quotasOf(account: Account, at: number): Record<string, { allowed: number; used: number }> {
  const used = account.quota.usedAt(at);
  const { perMinute, perDay, perMonth } = account.quota.limits;
  return {
    api_requests_hourly: { allowed: perMinute * 60, used: used.hour },
    api_requests_daily: { allowed: perDay, used: used.day },
    api_requests_monthly: { allowed: perMonth, used: used.month },
    intelligence_downloads_monthly: { allowed: 0, used: 0 },
    intelligence_searches_monthly: { allowed: 0, used: 0 },
    monitor_storage_bytes: { allowed: 0, used: 0 },
  };
}

function dateOf(digits: string | null): number | null {
  if (digits === null) return null;
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(digits) ?? [];
  return Date.parse(`${year ?? ''}-${month ?? ''}-${day ?? ''}`);
}

import type { Account, Accounts } from './accounts.js';
import type { Analyses, SubmissionEffect } from './analyses.js';
import { canonicaliseUrl, urlIdFromPath } from './canonical-url.js';
import { errorAnswer, type ApiAnswer } from './errors.js';
import { formField } from './form-body.js';
import type { RequestLog } from './log.js';
import { analysisDescriptor, analysisObject, urlObject } from './objects.js';
import { costOf, isAnalysisId, usageNameOf, type Route } from './routes.js';
import type { Scripts } from './scripts.js';
import { apiUsageAnswer, overallQuotasAnswer, userAnswer } from './users.js';

/** A request of the API as it has arrived. */
export interface ApiRequest {
  route: Route;
  query: URLSearchParams;
  /** Of the header x-apikey; null if it is missing. */
  apiKey: string | null;
  contentType: string;
  body: Buffer;
  /** Virtual ms. */
  arrivedAt: number;
}

/** VirusTotal's rules: who may ask, what it costs, what is answered. It knows no HTTP. */
export class VirusTotalApi {
  constructor(
    private readonly accounts: Accounts,
    private readonly analyses: Analyses,
    private readonly scripts: Scripts,
    private readonly log: RequestLog,
    private readonly usersFree: () => boolean,
    private readonly baseUrl: () => string,
  ) {}

  /** Counts the request and lets it in, or gives the answer that refuses it (401, 403, 429). */
  admit(request: ApiRequest): Account | ApiAnswer {
    const account = request.apiKey === null ? null : this.accounts.withKey(request.apiKey);
    if (account?.state !== 'active') {
      this.log.refusedKey();
      return keyRefusal(request.apiKey, account);
    }
    const { arrivedAt, route } = request;
    const cost = costOf(route, this.usersFree());
    if (cost.minute) this.log.counted(arrivedAt, account.key);
    const exceeded = account.quota.take(arrivedAt, cost, usageNameOf(route.endpoint));
    if (exceeded === null) return account;
    this.log.refused(exceeded);
    return errorAnswer('QuotaExceededError');
  }

  /** The canonical URL that a request is about; null if it is about none that is known. */
  urlOf({ body, contentType, route }: ApiRequest): string | null {
    if (route.endpoint === 'POST /urls') {
      return canonicaliseUrl(formField(body, contentType, 'url') ?? '');
    }
    const urlId = route.endpoint.includes('/analyses/')
      ? route.id.split('-')[1]
      : urlIdFromPath(route.id);
    return this.analyses.ofUrl(urlId ?? '')[0]?.url ?? null;
  }

  /** Answers a request that was let in, at the virtual time `at` (ms). */
  answer(
    request: ApiRequest,
    asker: Account,
    at: number,
    effect: SubmissionEffect | null,
  ): ApiAnswer {
    const { route } = request;
    switch (route.endpoint) {
      case 'POST /urls':
        return this.submit(request, at, effect);
      case 'POST /urls/{id}/analyse':
        return this.rescan(route.id, at, effect);
      case 'GET /urls/{id}':
        return this.report(route.id, at);
      case 'GET /analyses/{id}':
      case 'GET /analyses/{id}/item':
        return this.analysis(route, at);
      case 'GET /users/{id}':
      case 'GET /users/{id}/overall_quotas':
      case 'GET /users/{id}/api_usage':
        return this.user(request, asker, at);
      case 'other':
        return errorAnswer('NotFoundError');
    }
  }

  private submit(request: ApiRequest, at: number, effect: SubmissionEffect | null): ApiAnswer {
    const submitted = formField(request.body, request.contentType, 'url');
    if (submitted === null) return errorAnswer('BadRequestError', 'Missing parameter "url"');
    const url = canonicaliseUrl(submitted);
    if (url === null) return errorAnswer('InvalidArgumentError', 'Unable to canonicalize url');
    return this.start(url, at, effect);
  }

  private rescan(id: string, at: number, effect: SubmissionEffect | null): ApiAnswer {
    const known = this.analyses.ofUrl(urlIdFromPath(id) ?? '')[0];
    return known === undefined ? notFound('URL', id) : this.start(known.url, at, effect);
  }

  private start(url: string, at: number, effect: SubmissionEffect | null): ApiAnswer {
    const { refuse } = this.scripts.peek(url);
    if (refuse !== undefined) {
      this.scripts.take(url);
      return errorAnswer('InvalidArgumentError', refuse);
    }
    this.log.submitted(url);
    const analysis = this.analyses.submit(url, at, effect);
    return { status: 200, body: analysisDescriptor(analysis, this.baseUrl()) };
  }

  private report(id: string, at: number): ApiAnswer {
    const body = urlObject(this.analyses, urlIdFromPath(id) ?? '', this.baseUrl(), at);
    return body === null ? notFound('URL', id) : { status: 200, body };
  }

  private analysis({ endpoint, id }: Route, at: number): ApiAnswer {
    const analysis = isAnalysisId(id) ? this.analyses.find(id, at) : null;
    if (analysis === null) return notFound('Analysis', id);
    if (endpoint === 'GET /analyses/{id}/item') return this.report(analysis.urlId, at);
    return { status: 200, body: analysisObject(analysis, this.baseUrl(), at) };
  }

  private user({ query, route }: ApiRequest, asker: Account, at: number): ApiAnswer {
    const account = this.accounts.ofUser(route.id);
    if (account === null) return notFound('User', route.id);
    if (route.endpoint === 'GET /users/{id}') return userAnswer(account, asker, this.baseUrl(), at);
    if (account !== asker) return errorAnswer('ForbiddenError');
    if (route.endpoint === 'GET /users/{id}/overall_quotas')
      return overallQuotasAnswer(account, at);
    return apiUsageAnswer(account, query, at);
  }
}

function keyRefusal(apiKey: string | null, account: Account | null): ApiAnswer {
  if (apiKey === null) return errorAnswer('AuthenticationRequiredError');
  if (account?.state === 'inactive') return errorAnswer('UserNotActiveError');
  if (account?.state === 'forbidden') return errorAnswer('ForbiddenError');
  // The text repeats the key, as in a recording of 2020: a client has to scrub it.
  return errorAnswer('WrongCredentialsError', `Wrong API key: ${apiKey}`);
}

function notFound(kind: string, id: string): ApiAnswer {
  return errorAnswer('NotFoundError', `${kind} "${id}" not found`);
}

import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { isAxiosError } from 'axios';
import { firstValueFrom } from 'rxjs';
import { AppConfig } from '../config/app-config.js';
import { Clock } from '../config/clock.js';
import { Redactor } from '../config/redactor.js';
import {
  type Analysis,
  excerpt,
  parseAnalysis,
  parseQuotas,
  parseSubmission,
  parseUrlReport,
  type Quotas,
  type Submission,
} from './answers.js';
import { Budget, type Place } from './budget.service.js';
import { failedAnswer, type RawAnswer } from './failed-answer.js';
import { VirusTotalError } from './virustotal-error.js';

/** No request lasts longer, from connecting to the last byte, ms. */
export const REQUEST_BOUND_MS = 60_000;

/** What every call needs: its place in the budget, which it uses up, and the key. */
export interface Call {
  place: Place;
  apiKey: string;
}

/**
 * VirusTotal's API v3 over HTTP, and nothing but that: no retry, no waiting, no judgement. Every
 * method takes a place of the budget, and throws only VirusTotalError.
 */
@Injectable()
export class VirusTotalClient {
  constructor(
    private readonly http: HttpService,
    private readonly config: AppConfig,
    private readonly clock: Clock,
    private readonly budget: Budget,
    private readonly redactor: Redactor,
  ) {}

  /** Submits a URL for a fresh analysis. It is not idempotent: each call costs a request. */
  async submit(call: Call, url: string): Promise<Submission> {
    const form = new URLSearchParams({ url }).toString();
    return parseSubmission(await this.request(call, 'POST', '/urls', form));
  }

  /** One look at an analysis; it may not be completed. */
  async analysis(call: Call, analysisId: string): Promise<Analysis> {
    const path = `/analyses/${encodeURIComponent(analysisId)}`;
    return parseAnalysis(await this.request(call, 'GET', path));
  }

  /** The latest report of a URL, by VirusTotal's own id of it. */
  async urlReport(call: Call, urlId: string): Promise<Analysis> {
    return parseUrlReport(await this.request(call, 'GET', `/urls/${encodeURIComponent(urlId)}`));
  }

  /** What the key may spend, and what was spent. Costs nothing of the day and the month. */
  async quotas(call: Call): Promise<Quotas> {
    // The key is the user's id here, and so part of the address: addresses are never logged.
    const path = `/users/${encodeURIComponent(call.apiKey)}/overall_quotas`;
    return parseQuotas(await this.request(call, 'GET', path));
  }

  private async request(
    { place, apiKey }: Call,
    method: 'GET' | 'POST',
    path: string,
    form?: string,
  ): Promise<unknown> {
    this.redactor.protect(apiKey);
    try {
      return this.understand(await this.send(method, path, apiKey, form));
    } catch (error) {
      throw this.scrubbed(error);
    } finally {
      await this.budget.answered(place);
    }
  }

  private async send(
    method: 'GET' | 'POST',
    path: string,
    apiKey: string,
    form?: string,
  ): Promise<RawAnswer> {
    const bound = new AbortController();
    const bounded = this.clock.sleep(REQUEST_BOUND_MS, bound.signal);
    const timeOut = new AbortController();
    void bounded.then(() => {
      timeOut.abort();
    });
    try {
      const response = await firstValueFrom(
        this.http.request<string>({
          method,
          url: this.config.virusTotalBaseUrl + path,
          headers: {
            'x-apikey': apiKey,
            accept: 'application/json',
            ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
          },
          data: form,
          signal: timeOut.signal,
        }),
      );
      return { status: response.status, headers: { ...response.headers }, body: response.data };
    } finally {
      bound.abort();
    }
  }

  private understand(answer: RawAnswer): unknown {
    if (answer.status !== 200) throw failedAnswer(answer, this.clock.now().getTime());
    try {
      return JSON.parse(answer.body) as unknown;
    } catch {
      // A success that is not JSON comes from something between us and VirusTotal, or an incident.
      throw new VirusTotalError('unavailable', { reason: 'HTTP 200, but the body is not JSON' });
    }
  }

  /** VirusTotal's own error texts repeat the key, and an AxiosError carries the headers. */
  private scrubbed(error: unknown): VirusTotalError {
    if (error instanceof VirusTotalError) {
      const { reason, excerpt: payload, ...rest } = error.details;
      return new VirusTotalError(error.kind, {
        ...rest,
        reason: this.redactor.redact(reason),
        ...(payload === undefined ? {} : { excerpt: excerpt(this.redactor.redact(payload)) }),
      });
    }
    if (isAxiosError(error)) {
      const reason = error.code === 'ERR_CANCELED' ? 'no answer in time' : (error.code ?? 'no answer');
      return new VirusTotalError('unavailable', { reason: this.redactor.redact(reason) });
    }
    throw error;
  }
}

import { Injectable } from '@nestjs/common';
import type { AxiosError } from 'axios';
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
import { MAX_BODY_BYTES, REQUEST_BOUND_MS, VirusTotalHttp } from './virustotal-http.js';

/** So much of a body is redacted for its 16 KB excerpt: even of keys alone enough would be left. */
const EXCERPT_SOURCE_LENGTH = 128 * 1024;

/** What a request is thought to take before the first one was made, ms. */
const FIRST_LATENCY_MS = 500;
const LATENCY_WEIGHT = 0.1;

const REASON_OF_CODE: Readonly<Record<string, string>> = {
  ERR_CANCELED: 'no answer in time',
  ECONNABORTED: 'no answer in time',
  ETIMEDOUT: 'no answer in time',
  ECONNRESET: 'the connection broke off',
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
};

interface Outgoing {
  method: 'GET' | 'POST';
  /** Below the base address, each part still to be encoded. */
  path: readonly string[];
  form?: string;
}

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
  private latency = FIRST_LATENCY_MS;

  constructor(
    private readonly http: VirusTotalHttp,
    private readonly config: AppConfig,
    private readonly clock: Clock,
    private readonly budget: Budget,
    private readonly redactor: Redactor,
  ) {}

  /** How long requests take lately, ms: a moving mean that the latest one moves by a tenth. */
  get latencyMs(): number {
    return this.latency;
  }

  /** Submits a URL for a fresh analysis. It is not idempotent: each call costs a request. */
  async submit(call: Call, url: string): Promise<Submission> {
    const form = new URLSearchParams({ url }).toString();
    return this.request(call, { method: 'POST', path: ['urls'], form }, parseSubmission);
  }

  /** One look at an analysis; it may not be completed. */
  async analysis(call: Call, analysisId: string): Promise<Analysis> {
    return this.request(call, { method: 'GET', path: ['analyses', analysisId] }, parseAnalysis);
  }

  /** The latest report of a URL, by VirusTotal's own id of it. */
  async urlReport(call: Call, urlId: string): Promise<Analysis> {
    return this.request(call, { method: 'GET', path: ['urls', urlId] }, parseUrlReport);
  }

  /** What the key may spend, and what was spent. Costs nothing of the day and the month. */
  async quotas(call: Call): Promise<Quotas> {
    // The key is the user's id here, and so part of the address: addresses are never logged.
    const path = ['users', call.apiKey, 'overall_quotas'];
    return this.request(call, { method: 'GET', path }, parseQuotas);
  }

  private async request<T>(
    { place, apiKey }: Call,
    outgoing: Outgoing,
    parse: (body: unknown) => T,
  ): Promise<T> {
    this.redactor.protect(apiKey);
    // VirusTotal takes a key in either case, and may repeat it in its own.
    this.redactor.protect(apiKey.toLowerCase());
    const sentMs = this.clock.monotonicMs();
    try {
      return this.understand(await this.send(outgoing, apiKey), parse);
    } catch (error) {
      const failure = (await import('axios')).isAxiosError(error) ? this.unanswered(error) : error;
      throw failure instanceof VirusTotalError ? failure.sentAt(sentMs) : failure;
    } finally {
      this.latency += (this.clock.monotonicMs() - sentMs - this.latency) * LATENCY_WEIGHT;
      await this.budget.answered(place);
    }
  }

  private async send({ method, path, form }: Outgoing, apiKey: string): Promise<RawAnswer> {
    const bound = new AbortController();
    const timeOut = new AbortController();
    void this.clock.sleep(REQUEST_BOUND_MS, bound.signal).then(() => {
      timeOut.abort();
    });
    try {
      const response = await this.http.request({
        method,
        url: [this.config.virusTotalBaseUrl, ...path.map(pathPart)].join('/'),
        headers: {
          'x-apikey': apiKey,
          accept: 'application/json',
          ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        data: form,
        signal: timeOut.signal,
      });
      const headers = response.headers as RawAnswer['headers'];
      return { status: response.status, headers, body: response.data };
    } finally {
      bound.abort();
    }
  }

  private understand<T>(answer: RawAnswer, parse: (body: unknown) => T): T {
    if (answer.status !== 200) {
      // VirusTotal's own error texts repeat the key. Redacted before anything is cut off, or half
      // a key at the cut would be left.
      const body = this.redactor.redact(answer.body);
      throw failedAnswer({ ...answer, body }, this.clock.now().getTime());
    }
    try {
      return parse(JSON.parse(answer.body) as unknown);
    } catch (error) {
      if (error instanceof VirusTotalError) throw this.withRawExcerpt(error, answer.body);
      // A success that is not JSON comes from something between us and VirusTotal, or an incident.
      if (error instanceof SyntaxError) {
        throw new VirusTotalError('unavailable', { reason: 'HTTP 200, but the body is not JSON' });
      }
      throw error;
    }
  }

  /** The payload as it came, redacted; the parser knows neither its text nor the key. */
  private withRawExcerpt({ kind, details }: VirusTotalError, body: string): VirusTotalError {
    const redacted = this.redactor.redact(body.slice(0, EXCERPT_SOURCE_LENGTH));
    return new VirusTotalError(kind, { ...details, excerpt: excerpt(redacted) });
  }

  /** Nothing of an AxiosError but its code: it carries the headers, and so the key. */
  private unanswered({ code = '', message }: AxiosError): VirusTotalError {
    const reason = message.startsWith('maxContentLength')
      ? `an answer of over ${MAX_BODY_BYTES / 1024 / 1024} MiB`
      : (REASON_OF_CODE[code] ?? `no usable answer (${code})`);
    return new VirusTotalError('unavailable', { reason });
  }
}

/** Ids are VirusTotal's, but an id that is no text would throw instead of being asked for. */
function pathPart(part: string): string {
  return encodeURIComponent(part.toWellFormed());
}

import { Injectable } from '@nestjs/common';
import type { AxiosRequestConfig } from 'axios';
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import { AppConfig } from '../config/app-config.js';
import { Clock } from '../config/clock.js';
import { VERSION } from '../config/version.js';
import { connectionTrouble } from './connection-trouble.rules.js';
import { guardedAgents } from './guarded-agent.js';
import { HostResolver } from './host-resolver.js';
import { OutgoingError } from './outgoing.error.js';
import { isInNets, isPublicAddress } from './public-address.rules.js';

/** From resolving the name until the connection stands, TLS included, ms. */
export const CONNECT_BOUND_MS = 10_000;
/** From the beginning until the headers of the answer are there, ms. */
export const HEADERS_BOUND_MS = 20_000;
/** From the beginning until the last byte of the answer, ms. */
export const WHOLE_BOUND_MS = 30_000;
/** No answer is larger, after it was decompressed. */
export const MAX_ANSWER_BYTES = 1024 * 1024;

/** A request to an address that a user gave. */
export interface GuardedRequest {
  method?: string;
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  signal?: AbortSignal;
  /** @default MAX_ANSWER_BYTES */
  maxAnswerBytes?: number;
  /** True where the status says all: the body is then not waited for, and empty. */
  ignoresBody?: boolean;
}

/** An answer, whatever its status: a redirect too is only an answer. */
export interface GuardedAnswer {
  status: number;
  statusText: string;
  /** By name in lower case; a header that came several times is one line. */
  headers: Record<string, string>;
  body: Buffer;
}

/**
 * HTTP to addresses that users give. Only http and https, only to public addresses and those of
 * OJU_OUTGOING_ALLOW, checked on the connection itself; never through a proxy (it would hide the
 * address) and never along a redirect; time and size are bounded.
 */
@Injectable()
export class GuardedHttp {
  private readonly agents: ReturnType<typeof guardedAgents>;

  constructor(
    private readonly config: AppConfig,
    private readonly clock: Clock,
    resolver: HostResolver,
  ) {
    this.agents = guardedAgents({
      isReachable: (address) => this.isReachable(address),
      resolve: (host) => resolver.resolve(host),
      onConnecting: (socket, settled) => {
        this.after(CONNECT_BOUND_MS, settled, () => {
          socket.destroy(Object.assign(new Error('Not connected in time'), { code: 'ETIMEDOUT' }));
        });
      },
    });
  }

  /**
   * What is wrong with an address, as far as it is known before anybody goes there: a name is only
   * looked up when it is used. Null when nothing is.
   */
  complaintOf(url: string): OutgoingError | null {
    try {
      const { hostname: host } = destination(url);
      const address = host.replace(/^\[(.*)\]$/, '$1');
      const isKnown = isIP(address) !== 0;
      return isKnown && !this.isReachable(address)
        ? new OutgoingError('addressRefused', { host })
        : null;
    } catch (error) {
      if (error instanceof OutgoingError) return error;
      throw error;
    }
  }

  /**
   * One request, whatever the status of its answer.
   * @throws OutgoingError when the address is not one to go to, or there is no usable answer
   */
  async request(request: GuardedRequest): Promise<GuardedAnswer> {
    const { hostname: host } = destination(request.url);
    const { default: axios } = await import('axios');
    const isOver = new AbortController();
    const hasHeaders = new AbortController();
    const timeOut = new AbortController();
    const giveUp = () => {
      timeOut.abort();
    };
    this.after(HEADERS_BOUND_MS, hasHeaders.signal, giveUp);
    this.after(WHOLE_BOUND_MS, isOver.signal, giveUp);
    request.signal?.addEventListener('abort', giveUp);
    if (request.signal?.aborted) giveUp();
    let isSent = false;
    const onSent = () => {
      isSent = true;
    };
    try {
      const response = await axios.request<Readable>({
        ...FIXED,
        ...this.agents,
        method: request.method ?? 'GET',
        url: request.url,
        headers: { 'user-agent': `oju/${VERSION}`, ...request.headers },
        data: request.body,
        signal: timeOut.signal,
        transport: watched(new URL(request.url).protocol === 'https:' ? https : http, onSent),
      });
      hasHeaders.abort();
      // What the answer is, is known.
      isSent = false;
      return {
        status: response.status,
        statusText: response.statusText,
        headers: plainHeaders(response.headers),
        body: request.ignoresBody
          ? unread(response.data)
          : await readBody(response.data, request.maxAnswerBytes ?? MAX_ANSWER_BYTES, host),
      };
    } catch (error) {
      throw understand(error, host, { isAborted: timeOut.signal.aborted, isSent });
    } finally {
      isOver.abort();
      hasHeaders.abort();
      request.signal?.removeEventListener('abort', giveUp);
      // Whatever of the connection is left: an answer that was too large still comes in.
      giveUp();
    }
  }

  /**
   * The same in the form of `fetch`, for libraries that take one. What is no answer to a program is
   * an error here: a redirect too.
   */
  readonly fetch = async (
    url: string,
    options: Pick<GuardedRequest, 'method' | 'headers' | 'signal'> & { body?: unknown } = {},
  ): Promise<Response> => {
    const { method, headers, signal } = options;
    const body =
      options.body == null ? undefined : await new Response(options.body as string).text();
    const answer = await this.request({ url, method, headers, signal, body });
    if (answer.status >= 300 && answer.status < 400) {
      throw new OutgoingError('redirected', { host: new URL(url).hostname });
    }
    const isEmpty = answer.status === 204 || answer.status < 200;
    return new Response(isEmpty ? null : new Uint8Array(answer.body), {
      status: answer.status,
      headers: answer.headers,
    });
  };

  protected isReachable(address: string): boolean {
    return isPublicAddress(address) || isInNets(address, this.config.outgoingAllow);
  }

  private after(ms: number, unless: AbortSignal, act: () => void): void {
    void this.clock.sleep(ms, unless).then(() => {
      if (!unless.aborted) act();
    });
  }
}

const FIXED = {
  adapter: 'http',
  responseType: 'stream',
  proxy: false,
  maxRedirects: 0,
  // Status and body are the caller's business.
  validateStatus: () => true,
  transformRequest: (body: unknown) => body,
  transformResponse: (body: unknown) => body,
} satisfies AxiosRequestConfig;

/** Node's own way to ask, which says when the last byte of the request went out. */
function watched({ request }: Pick<typeof http, 'request'>, onSent: () => void) {
  return {
    request: (options: RequestOptions, done: (answer: IncomingMessage) => void): ClientRequest =>
      request(options, done).once('finish', onSent),
  };
}

function destination(text: string): URL {
  if (!URL.canParse(text)) throw new OutgoingError('url');
  const url = new URL(text);
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  if (!isWeb || url.username !== '' || url.password !== '') throw new OutgoingError('url');
  return url;
}

function unread(body: Readable): Buffer {
  // It is broken off, which is no fault then.
  body.on('error', () => undefined).destroy();
  return Buffer.alloc(0);
}

async function readBody(body: Readable, most: number, host: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > most) {
      throw new OutgoingError('tooLarge', { host, kilobytes: Math.floor(most / 1024) });
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function plainHeaders(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : String(value),
    ]),
  );
}

interface Failure {
  code?: string;
  cause?: Failure;
}

/** Nothing of an AxiosError but its code and cause: it carries the headers, and so secrets. */
function understand(
  error: unknown,
  host: string,
  { isAborted, isSent }: { isAborted: boolean; isSent: boolean },
): OutgoingError {
  for (let at = error as Failure | undefined; at; at = at.cause) {
    if (at instanceof OutgoingError) return at;
    const reason = connectionTrouble(at.code);
    // Whoever broke off did so of its own accord; only who says nothing may still be at it.
    const isUncertain = isSent && reason === 'timeout';
    if (reason) return new OutgoingError(reason, { host }, { isUncertain });
  }
  const isUncertain = isSent && isAborted;
  return new OutgoingError(isAborted ? 'timeout' : 'failed', { host }, { isUncertain });
}

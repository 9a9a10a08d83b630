import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Accounts } from './accounts.js';
import { Analyses, USUAL_ANALYSIS } from './analyses.js';
import { playFault, sendAnswer } from './answering.js';
import { VirusTotalApi, type ApiRequest } from './api.js';
import { clockFrom, Timers, type Clock } from './clock.js';
import { CONTROL_PATH, controlAnswer } from './control.js';
import type { UrlScript } from './engines.js';
import { errorAnswer, type ApiAnswer } from './errors.js';
import { FaultQueue, isProcessed, type Fault } from './faults.js';
import { RequestLog, type StandInStats } from './log.js';
import { configFrom, type StandInConfig, type StandInOptions } from './options.js';
import type { QuotaLimits } from './quota.js';
import { seededRandom, type Random } from './random.js';
import { readBody } from './read-body.js';
import { API_PATH, routeOf } from './routes.js';
import { Scripts } from './scripts.js';

/** A stand-in that listens. What it counts and remembers is described at each member's type. */
export interface StandIn {
  /** The base of the API, such as `http://127.0.0.1:40000/api/v3`. */
  readonly url: string;
  /** Where it listens, without a path: what a control client takes. */
  readonly origin: string;
  stats(): StandInStats;
  /**
   * Scripts the next new analyses of a URL (`*`: of every other URL), one each, the last one
   * repeating; none takes the URL's scripts away. Analyses already submitted stay as they are.
   */
  script(url: string, ...scans: UrlScript[]): void;
  /** Adds a fault behind those still to strike. */
  fault(...faults: Fault[]): void;
  /** Counts requests of another tool with the same key (by default, with each key). */
  spend(requests: number, apiKey?: string): void;
  /** Changes what one key, or each, may spend from now on. */
  setLimits(limits: Partial<QuotaLimits>, apiKey?: string): void;
  /** Changes settings; those left out stay. A key that stays keeps what it has spent. */
  configure(config: Partial<StandInConfig>): void;
  /**
   * Forgets submissions, spent quotas, faults and counts, and brings back the scripts of the start;
   * settings stay.
   */
  reset(): void;
  /** Ends every connection and timer; resolves when the port is free. */
  close(): Promise<void>;
}

/**
 * Starts a stand-in for VirusTotal's API v3 for URLs on 127.0.0.1. It follows VIRUSTOTAL.md, and
 * where that leaves a choice, the one that is harder on a client.
 */
export async function startVirusTotalStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const standIn = new StandInServer(options);
  await standIn.listen(options.port ?? 0);
  return standIn;
}

class StandInServer implements StandIn {
  origin = '';
  private readonly config: StandInConfig;
  private readonly clock: Required<Clock>;
  private readonly random: Random;
  private readonly verdicts: Record<string, UrlScript[]>;
  private readonly timers = new Timers();
  private readonly log = new RequestLog();
  private readonly faults = new FaultQueue();
  private readonly scripts = new Scripts();
  private readonly accounts = new Accounts(() => this.config.refusalsCount);
  private readonly analyses: Analyses;
  private readonly api: VirusTotalApi;
  private readonly server: Server;

  constructor(options: StandInOptions) {
    this.clock = clockFrom(options.clock);
    this.random = seededRandom(options.seed ?? 1);
    this.config = configFrom(options);
    this.accounts.replace(this.config.apiKeys);
    this.verdicts = options.verdicts ?? {};
    this.scriptVerdicts();
    this.analyses = new Analyses(this.scripts, this.random, () => ({
      model: { ...USUAL_ANALYSIS, ...this.config.analysis },
      engines: this.config.engines,
      sameAnalysisId: this.config.sameAnalysisId,
      notFoundAfterSubmitMs: this.config.notFoundAfterSubmitMs,
    }));
    this.api = new VirusTotalApi(
      this.accounts,
      this.analyses,
      this.scripts,
      this.log,
      () => this.config.usersFree,
      () => this.url,
    );
    this.server = createServer((req, res) => {
      this.handle(req, res).catch((error: unknown) => {
        // A client that broke off its request is an error here too, with nobody left to answer.
        if (!req.socket.destroyed && !res.headersSent) sendAnswer(req, res, ownFailure(error));
      });
    });
    // An idle connection that closes just as it is used again would be a reset nobody scripted.
    this.server.keepAliveTimeout = 0;
  }

  get url(): string {
    return this.origin + API_PATH;
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
    const address = this.server.address() as AddressInfo;
    this.origin = `http://127.0.0.1:${address.port}`;
  }

  stats(): StandInStats {
    return this.log.stats(this.faults.size);
  }

  script(url: string, ...scans: UrlScript[]): void {
    this.scripts.set(url, scans);
  }

  fault(...faults: Fault[]): void {
    for (const fault of faults) this.faults.add(fault);
  }

  spend(requests: number, apiKey?: string): void {
    this.accounts.spend(requests, this.clock.now(), apiKey);
    this.log.spentElsewhere(requests);
  }

  setLimits(limits: Partial<QuotaLimits>, apiKey?: string): void {
    this.accounts.setLimits(limits, apiKey);
  }

  configure(config: Partial<StandInConfig>): void {
    Object.assign(this.config, config);
    if (config.apiKeys !== undefined) this.accounts.replace(config.apiKeys);
  }

  reset(): void {
    this.accounts.clear();
    this.analyses.clear();
    this.faults.clear();
    this.scripts.clear();
    this.scriptVerdicts();
    this.log.clear();
  }

  async close(): Promise<void> {
    this.timers.clear();
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
      this.server.closeAllConnections();
    });
  }

  private scriptVerdicts(): void {
    for (const [url, scans] of Object.entries(this.verdicts)) this.script(url, ...scans);
  }

  private async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://127.0.0.1');
    if (pathname.startsWith(CONTROL_PATH)) {
      const body = await readBody(req);
      sendAnswer(req, res, controlAnswer(this, req.method ?? 'GET', pathname, body));
      return;
    }
    this.log.requestBegan();
    res.once('close', () => {
      this.log.requestEnded();
    });
    const body = await readBody(req);
    await this.travel('toServer');
    if (!pathname.startsWith(`${API_PATH}/`)) {
      sendAnswer(req, res, errorAnswer('NotFoundError'));
      return;
    }
    await this.answer(req, res, pathname.slice(API_PATH.length), searchParams, body);
  }

  private async answer(
    req: IncomingMessage,
    res: ServerResponse,
    path: string,
    query: URLSearchParams,
    body: Buffer,
  ): Promise<void> {
    const method = req.method ?? 'GET';
    const request: ApiRequest = {
      route: routeOf(method, path),
      query,
      apiKey: apiKeyOf(req),
      contentType: req.headers['content-type'] ?? '',
      body,
      arrivedAt: this.clock.now(),
    };
    const { endpoint, id } = request.route;
    this.log.received(endpoint);
    if (endpoint === 'GET /analyses/{id}') this.log.polled(id);
    const admitted = this.api.admit(request);
    if ('status' in admitted) {
      await this.travel('fromServer');
      this.log.answered(String(admitted.status));
      sendAnswer(req, res, admitted);
      return;
    }
    const target = { method, path, url: this.api.urlOf(request) };
    const fault = this.faults.takeForAnswer(target);
    const processed = fault === null || isProcessed(fault);
    const submits = processed && endpoint.startsWith('POST /urls');
    const effect = submits ? this.faults.takeForSubmission(target) : null;
    const answer = processed ? this.api.answer(request, admitted, request.arrivedAt, effect) : null;
    await this.travel('fromServer');
    this.log.answered(fault?.kind ?? String(answer?.status));
    if (fault !== null) playFault(fault, req, res, answer, this.timers);
    else if (answer !== null) sendAnswer(req, res, answer);
  }

  /** Waits for as long as a request, or its answer, is on its way. */
  private async travel(way: 'toServer' | 'fromServer'): Promise<void> {
    const { latencyMs } = this.config;
    if (typeof latencyMs === 'number') {
      await this.timers.wait(this.clock.realMs(latencyMs / 2));
      return;
    }
    const [least, most] = latencyMs[way] ?? [0, 0];
    await this.timers.wait(this.clock.realMs(least + this.random() * (most - least)));
  }
}

/** Not an error of VirusTotal's: a mistake in a script, or in the stand-in. */
function ownFailure(error: unknown): ApiAnswer {
  const message = error instanceof Error ? error.message : String(error);
  return { status: 500, body: { error: { code: 'StandInError', message } } };
}

function apiKeyOf(req: IncomingMessage): string | null {
  const header = req.headers['x-apikey'];
  const key = Array.isArray(header) ? header[0] : header;
  return key === undefined || key === '' ? null : key;
}

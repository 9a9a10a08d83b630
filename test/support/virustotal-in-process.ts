import type { AxiosRequestConfig, AxiosResponse } from 'axios';
import { Accounts } from './virustotal-stand-in/accounts.js';
import { Analyses, type AnalysisModel, USUAL_ANALYSIS } from './virustotal-stand-in/analyses.js';
import { type ApiRequest, VirusTotalApi } from './virustotal-stand-in/api.js';
import { RequestLog } from './virustotal-stand-in/log.js';
import { DEFAULT_API_KEY } from './virustotal-stand-in/options.js';
import type { QuotaLimits } from './virustotal-stand-in/quota.js';
import { seededRandom } from './virustotal-stand-in/random.js';
import { API_PATH, routeOf } from './virustotal-stand-in/routes.js';
import { Scripts } from './virustotal-stand-in/scripts.js';
import type { FakeClock } from './fake-clock.js';

const TRAVEL_MS = 200;

/**
 * The stand-in's rules and quotas in the place of VirusTotalHttp, without HTTP: for simulations of
 * so many virtual days that sockets would take the most of their time.
 */
export class VirusTotalInProcess {
  readonly log = new RequestLog();
  private readonly api: VirusTotalApi;

  constructor(
    private readonly clock: FakeClock,
    limits: QuotaLimits,
    analysis: Partial<AnalysisModel>,
    engines: readonly string[],
  ) {
    const accounts = new Accounts(() => true);
    accounts.replace([{ key: DEFAULT_API_KEY, ...limits }]);
    const scripts = new Scripts();
    const analyses = new Analyses(scripts, seededRandom(1), () => ({
      model: { ...USUAL_ANALYSIS, ...analysis },
      engines,
      sameAnalysisId: true,
      notFoundAfterSubmitMs: 0,
    }));
    const url = () => `http://virustotal.invalid${API_PATH}`;
    this.api = new VirusTotalApi(accounts, analyses, scripts, this.log, () => false, url);
  }

  /** As VirusTotalHttp's. The clock moves on while the request is on its way. */
  async request(sent: AxiosRequestConfig): Promise<AxiosResponse<string>> {
    await this.clock.advance(TRAVEL_MS);
    const request = this.arrived(sent);
    this.log.received(request.route.endpoint);
    const admitted = this.api.admit(request);
    const answer =
      'status' in admitted ? admitted : this.api.answer(request, admitted, request.arrivedAt, null);
    await this.clock.advance(TRAVEL_MS);
    return {
      status: answer.status,
      headers: {},
      data: JSON.stringify(answer.body),
    } as AxiosResponse<string>;
  }

  private arrived({ method, url, headers, data }: AxiosRequestConfig): ApiRequest {
    const { pathname, searchParams } = new URL(url ?? '');
    const named = headers as Record<string, string>;
    return {
      route: routeOf(method ?? 'GET', pathname.slice(API_PATH.length)),
      query: searchParams,
      apiKey: named['x-apikey'] ?? null,
      contentType: named['content-type'] ?? '',
      body: Buffer.from(typeof data === 'string' ? data : ''),
      arrivedAt: this.clock.now().getTime(),
    };
  }
}

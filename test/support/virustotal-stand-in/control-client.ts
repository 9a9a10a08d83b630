import { CONTROL_PATH, type ControlBodies } from './control.js';
import type { UrlScript } from './engines.js';
import type { Fault } from './faults.js';
import type { StandInStats } from './log.js';
import type { StandInConfig } from './options.js';
import type { QuotaLimits } from './quota.js';

/** Controls a stand-in in another process. A refused call throws with the stand-in's reason. */
export class StandInControl {
  /** `url` is the stand-in's, with or without a path. */
  constructor(private readonly url: string) {}

  async stats(): Promise<StandInStats> {
    return (await this.ask('GET', 'stats')) as StandInStats;
  }

  /** Scripts the next new analyses of a URL, one each, the last one repeating. */
  async script(url: string, ...scans: UrlScript[]): Promise<void> {
    await this.post('script', { url, scans });
  }

  /** Adds faults behind those still to strike; regular expressions lose their flags. */
  async fault(...faults: Fault[]): Promise<void> {
    await this.post('faults', { faults: faults.map(withPathAsText) });
  }

  /** Counts requests of another tool with the same key (by default, with each key). */
  async spend(requests: number, apiKey?: string): Promise<void> {
    await this.post('spend', { requests, apiKey });
  }

  /** Changes what one key, or each, may spend from now on. */
  async setLimits(limits: Partial<QuotaLimits>, apiKey?: string): Promise<void> {
    await this.post('limits', { limits, apiKey });
  }

  /** Changes settings; those left out stay. */
  async configure(config: Partial<StandInConfig>): Promise<void> {
    await this.post('config', config);
  }

  /**
   * Forgets submissions, spent quotas, faults and counts, and brings back the scripts of the start;
   * settings stay.
   */
  async reset(): Promise<void> {
    await this.post('reset', {});
  }

  private async post<Name extends keyof ControlBodies>(
    name: Name,
    body: ControlBodies[Name],
  ): Promise<void> {
    await this.ask('POST', name, JSON.stringify(body));
  }

  private async ask(method: string, name: string, body?: string): Promise<unknown> {
    const response = await fetch(new URL(CONTROL_PATH + name, this.url), { method, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`Stand-in control ${name}: ${text}`);
    return JSON.parse(text) as unknown;
  }
}

function withPathAsText(fault: Fault): Fault {
  return fault.path instanceof RegExp ? { ...fault, path: fault.path.source } : fault;
}

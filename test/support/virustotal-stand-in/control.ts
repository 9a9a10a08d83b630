import type { UrlScript } from './engines.js';
import type { ApiAnswer } from './errors.js';
import type { Fault } from './faults.js';
import type { StandInStats } from './log.js';
import type { StandInConfig } from './options.js';
import type { QuotaLimits } from './quota.js';

/** Where a stand-in in another process is controlled; no key needed, nothing of it is counted. */
export const CONTROL_PATH = '/__control/';

/** What the control routes act on. */
export interface Controlled {
  stats(): StandInStats;
  script(url: string, ...scans: UrlScript[]): void;
  fault(...faults: Fault[]): void;
  spend(requests: number, apiKey?: string): void;
  setLimits(limits: Partial<QuotaLimits>, apiKey?: string): void;
  configure(config: Partial<StandInConfig>): void;
  reset(): void;
}

/** The JSON body of each POST route. */
export interface ControlBodies {
  script: { url: string; scans: readonly UrlScript[] };
  faults: { faults: readonly Fault[] };
  config: Partial<StandInConfig>;
  limits: { limits: Partial<QuotaLimits>; apiKey?: string };
  spend: { requests: number; apiKey?: string };
  reset: Record<string, never>;
}

/** Answers a control request: GET stats; POST script, faults, config, limits, spend, reset. */
export function controlAnswer(
  controlled: Controlled,
  method: string,
  path: string,
  body: Buffer,
): ApiAnswer {
  const name = path.slice(CONTROL_PATH.length);
  if (method === 'GET' && name === 'stats') return { status: 200, body: controlled.stats() };
  try {
    const applied = method === 'POST' && apply(controlled, name, body.toString('utf8') || '{}');
    return applied ? { status: 200, body: {} } : refusal(404, `No control ${method} ${name}`);
  } catch (error) {
    return refusal(400, error instanceof Error ? error.message : String(error));
  }
}

function apply(controlled: Controlled, name: string, json: string): boolean {
  switch (name as keyof ControlBodies) {
    case 'script': {
      const { url, scans } = JSON.parse(json) as ControlBodies['script'];
      controlled.script(url, ...scans);
      return true;
    }
    case 'faults': {
      const { faults } = JSON.parse(json) as ControlBodies['faults'];
      controlled.fault(...faults);
      return true;
    }
    case 'config':
      controlled.configure(JSON.parse(json) as ControlBodies['config']);
      return true;
    case 'limits': {
      const { limits, apiKey } = JSON.parse(json) as ControlBodies['limits'];
      controlled.setLimits(limits, apiKey);
      return true;
    }
    case 'spend': {
      const { requests, apiKey } = JSON.parse(json) as ControlBodies['spend'];
      controlled.spend(requests, apiKey);
      return true;
    }
    case 'reset':
      controlled.reset();
      return true;
    default:
      return false;
  }
}

function refusal(status: number, message: string): ApiAnswer {
  return { status, body: { error: { code: 'ControlError', message } } };
}

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { makeToken } from './api-token.js';
import type { TestDatabase } from './databases.js';
import { type ServerProcess, spawnServer } from './server-spawn.js';

/** Three clients ask two hundred times a second at most; a token may 3,000 times a minute. */
const TOKENS = 4;

/** What importing a file cost a server, and those who asked it for something else meanwhile. */
export interface ImportLoad {
  seconds: number;
  atRestMb: number;
  /** Resident, at its highest, of the process as a whole. */
  peakMb: number;
  /** How long the server's event loop was held up at most. */
  longestBlockMs: number;
  /** Of the things that have nothing to do with the file. */
  reads: Latencies;
  /** Of a list of the very things that are imported. */
  lists: Latencies;
  writes: Latencies;
}

/** How long requests took, ms; one in a hundred took longer than `p99Ms`. */
interface Latencies {
  count: number;
  p99Ms: number;
  longestMs: number;
}

/** What is imported: platforms or vendors, as CSV or JSON. */
export interface ImportedFile {
  kind: 'vendors' | 'platforms';
  type: 'text/csv' | 'application/json';
  text: string;
}

/** Imports a file into a server of its own, while others read and write. */
export async function importUnderLoad(
  database: TestDatabase,
  file: ImportedFile,
): Promise<ImportLoad> {
  const server = await startServer(database);
  try {
    const tokens: string[] = [];
    for (let nth = 0; nth < TOKENS; nth += 1) tokens.push(await makeToken(database, `load ${nth}`));
    const client = new Client(server.url, tokens);
    // What is loaded at its first use, and the statements that everybody needs, are there already.
    await client.import(aFile(file.kind, file.type, 10), true);
    const reading = client.read();
    await client.write();
    await reading;
    const atRestMb = residentMb(server, 'VmRSS');
    await server.tell({ kind: 'watch' });
    return { atRestMb, ...(await imported(server, client, file)) };
  } finally {
    await server.end('SIGTERM');
  }
}

/**
 * Kills a server as soon as the first rows of a file can be seen, and starts it anew.
 * @returns how many there were when it was killed, and at the next start's first answer
 */
export async function importKilled(
  database: TestDatabase,
  file: ImportedFile,
): Promise<{ before: number; after: number }> {
  const first = await startServer(database);
  const client = new Client(first.url, [await makeToken(database, 'killed')]);
  const cut = client.import(file, false).catch(() => undefined);
  let before = 0;
  try {
    while (before === 0) {
      before = await client.count(file.kind);
      await delay(25);
    }
  } finally {
    await first.end('SIGKILL');
  }
  await cut;
  const next = await startServer(database);
  try {
    const after = await new Client(next.url, [await makeToken(database, 'next')]).count(file.kind);
    return { before, after };
  } finally {
    await next.end('SIGTERM');
  }
}

function startServer(database: TestDatabase): Promise<ServerProcess> {
  const now = Date.now();
  return spawnServer(
    { ...database.env, LOG_LEVEL: 'error', VIRUSTOTAL_BASE_URL: 'http://127.0.0.1:9' },
    { factor: 1, epochMs: now, realStartMs: now },
  );
}

async function imported(server: ServerProcess, client: Client, file: ImportedFile) {
  const progress = { isImporting: true };
  const again = async (request: () => Promise<void>): Promise<Latencies> => {
    const took: number[] = [];
    while (progress.isImporting) {
      const startedMs = performance.now();
      await request();
      took.push(performance.now() - startedMs);
      await delay(10);
    }
    took.sort((a, b) => a - b);
    const p99Ms = took[Math.floor(took.length * 0.99)] ?? 0;
    return { count: took.length, p99Ms, longestMs: took.at(-1) ?? 0 };
  };
  const others = Promise.all([
    again(() => client.read()),
    again(() => client.list(file.kind)),
    again(() => client.write()),
  ]);
  const startedMs = performance.now();
  try {
    await client.import(file, false);
  } finally {
    progress.isImporting = false;
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const [reads, lists, writes] = await others;
  const { longestBlockMs } = await server.tell({ kind: 'watch' });
  const peakMb = residentMb(server, 'VmHWM');
  return { seconds, peakMb, longestBlockMs, reads, lists, writes };
}

interface PageAnswer {
  meta: { total: number };
}

class Client {
  private reads = 0;
  private calls = 0;

  constructor(
    private readonly url: string,
    private readonly tokens: readonly string[],
  ) {}

  async import({ kind, type, text }: ImportedFile, isDryRun: boolean): Promise<void> {
    await this.ask('POST', `/${kind}/import?dryRun=${isDryRun}`, text, type);
  }

  async read(): Promise<void> {
    const paths = ['/scans', '/alerts', '/integrations'];
    await this.ask('GET', paths[this.reads++ % paths.length] ?? '');
  }

  async list(kind: string): Promise<void> {
    await this.ask('GET', `/${kind}?limit=20`);
  }

  async count(kind: string): Promise<number> {
    const page = JSON.parse(await this.ask('GET', `/${kind}?limit=1`)) as PageAnswer;
    return page.meta.total;
  }

  async write(): Promise<void> {
    const body = { name: 'Other', url: `https://other-${randomUUID()}.example.net/` };
    await this.ask('POST', '/platforms', JSON.stringify(body), 'application/json');
  }

  private async ask(method: string, path: string, body?: string, type?: string): Promise<string> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      body,
      headers: {
        authorization: `Bearer ${this.tokens[this.calls++ % this.tokens.length]}`,
        ...(type === undefined ? {} : { 'content-type': type }),
      },
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
    return text;
  }
}

function residentMb({ pid }: ServerProcess, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? NaN) / 1024;
}

/** A file of so many vendors or platforms, as large as real ones are. */
export function aFile(
  kind: ImportedFile['kind'],
  type: ImportedFile['type'],
  rows: number,
): ImportedFile {
  const isCsv = type === 'text/csv';
  const columns = kind === 'vendors' ? VENDOR : PLATFORM;
  const names = Object.keys(columns);
  const lines = Array.from({ length: rows }, (_, nth) => {
    const values = Object.values(columns).map((value) => value(nth));
    if (isCsv) return values.map((value) => `"${value}"`).join(',');
    return JSON.stringify(Object.fromEntries(names.map((name, index) => [name, values[index]])));
  });
  const text = isCsv
    ? [names.join(','), ...lines, ''].join('\r\n')
    : `[\n${lines.join(',\n')}\n]\n`;
  return { kind, type, text };
}

type Columns = Record<string, (nth: number) => string>;

const VENDOR: Columns = {
  name: (nth) => `Vendor ${nth.toString(36)} Antivirus`,
  contact: (nth) => `false-positive-${nth}@vendor.example; https://vendor.example/report/${nth}`,
  comments: (nth) => `Answers within ${nth % 9} days. Ask for the analyst on duty.`,
};

const PLATFORM: Columns = {
  name: (nth) => `Site ${nth}`,
  url: (nth) => `https://www-${nth.toString(36)}.example.org/start/${nth}?lang=en`,
  ownerName: (nth) => `Owner ${nth % 100}`,
  ownerEmail: (nth) => `owner-${nth % 100}@example.org`,
  notes: (nth) => `Hosted in rack ${nth % 50}, renewed each May.`,
};

import type { Clock } from '../src/config/clock.js';
import { DEFAULT_API_KEY } from '../test/support/virustotal-stand-in/options.js';

const MINUTE_MS = 60_000;
/** How long vt-py's `scan_url(…, wait_for_completion=True)` pauses between two looks, ms. */
const POLL_MS = 20_000;

/**
 * What the official client's documentation shows, one URL after the other: submit, look at the
 * analysis at once, and then every 20 s until it is completed. That client knows no quota; this one
 * is given the best limiter there is, so that not one request is refused.
 */
export class DocumentedLoop {
  requests = 0;
  private answeredMs: number[] = [];

  constructor(
    private readonly url: string,
    private readonly clock: Clock,
    private readonly perMinute: number,
  ) {}

  async scan(urls: readonly string[]): Promise<void> {
    for (const url of urls) {
      const { id } = await this.ask('urls', new URLSearchParams({ url }));
      while ((await this.ask(`analyses/${id}`)).attributes?.status !== 'completed') {
        await this.clock.sleep(POLL_MS);
      }
    }
  }

  private async ask(path: string, form?: URLSearchParams) {
    await this.place();
    const response = await fetch(`${this.url}/${path}`, {
      method: form ? 'POST' : 'GET',
      headers: { 'x-apikey': DEFAULT_API_KEY },
      body: form,
    });
    const body = (await response.json()) as {
      data: { id: string; attributes?: { status: string } };
    };
    if (response.status !== 200) throw new Error(`${path}: HTTP ${response.status}`);
    this.requests += 1;
    this.answeredMs.push(this.clock.monotonicMs());
    return body.data;
  }

  /** Waits until the last 60 s hold fewer answers than the limit. */
  private async place(): Promise<void> {
    const oldest = this.answeredMs.at(-this.perMinute);
    if (oldest === undefined) return;
    // A little more: a timer may end a millisecond early, and the stand-in counts strictly.
    await this.clock.sleep(oldest + MINUTE_MS + 250 - this.clock.monotonicMs());
  }
}

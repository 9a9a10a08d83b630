import { Injectable, type MessageEvent } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import { Clock } from '../config/clock.js';
import { type Reader, writeFor } from '../web/reader.js';
import { ScanOutlook } from './scan-outlook.service.js';
import { scanProgressView } from './scan-page.view.js';
import type { Scan } from './scan.entity.js';
import { noCounts, type ScanCounts } from './scan.rules.js';
import { ScanService } from './scan.service.js';
import { scanView, type ScanView } from './scan.view.js';
import { TaskService } from './task.service.js';

/** How often a watched scan is read, ms. Any process may do its work, so only the database knows. */
const LOOK_MS = 1000;
/** After this long a stream ends, ms; an EventSource comes back, and is asked anew who it is. */
const LIFE_MS = 60_000;
/** How long words stand while nothing happens, ms: the time left grows shorter all the same. */
const WORDS_MS = 15_000;

/** Tells how a scan gets on, to whoever watches it. */
@Injectable()
export class ScanProgress {
  constructor(
    private readonly scans: ScanService,
    private readonly tasks: TaskService,
    private readonly outlook: ScanOutlook,
    private readonly clock: Clock,
  ) {}

  /** The scan as it stands. @throws NotFoundError */
  async now(scanId: number): Promise<ScanView> {
    const { scan, counts } = await this.look(scanId);
    return scanView(scan, counts);
  }

  /**
   * A `progress` event at once and whenever the scan changed, and `end` once nothing will change
   * any more. Nobody listening, nothing is read. It stops without an `end` after a minute, so that
   * whoever was signed out or deactivated meanwhile is shown no more.
   * @param reader a person, who is also told in words: events `words`, as the partial `scan_progress`
   * shows them
   * @throws NotFoundError
   */
  async watch(scanId: number, reader: Reader | null): Promise<Observable<MessageEvent>> {
    await this.scans.get(scanId);
    return new Observable<MessageEvent>((subscriber) => {
      const look = this.looker(scanId, reader, subscriber);
      const interval = this.clock.setInterval(() => void look(), LOOK_MS);
      const life = this.clock.setInterval(() => {
        subscriber.complete();
      }, LIFE_MS);
      void look();
      return () => {
        clearInterval(life);
        clearInterval(interval);
      };
    });
  }

  /** One look at a time: a slow database gets no second one on top. */
  private looker(
    scanId: number,
    reader: Reader | null,
    subscriber: Subscriber<MessageEvent>,
  ): () => Promise<void> {
    const tell = this.teller(reader, subscriber);
    let shown = '';
    let isLooking = false;
    return async () => {
      if (isLooking) return;
      isLooking = true;
      try {
        const { scan, counts } = await this.look(scanId);
        const data = JSON.stringify(scanView(scan, counts));
        const isNews = data !== shown;
        if (isNews) subscriber.next({ type: 'progress', data });
        shown = data;
        await tell(scan, counts, isNews);
        if (scan.finishedAt !== null) {
          subscriber.next({ type: 'end', data });
          subscriber.complete();
        }
      } catch (error) {
        subscriber.error(error);
      } finally {
        isLooking = false;
      }
    };
  }

  /** Tells a person in words; a program gets none. */
  private teller(reader: Reader | null, subscriber: Subscriber<MessageEvent>) {
    let told = '';
    let toldAtMs = 0;
    return async (scan: Scan, counts: ScanCounts, isNews: boolean): Promise<void> => {
      const nowMs = this.clock.now().getTime();
      if (reader === null || (!isNews && nowMs - toldAtMs < WORDS_MS)) return;
      toldAtMs = nowMs;
      const words = await writeFor(reader, () => this.outlook.words(scan, counts));
      const data = JSON.stringify(scanProgressView(scan, counts, words));
      if (data !== told) subscriber.next({ type: 'words', data });
      told = data;
    };
  }

  private async look(scanId: number): Promise<{ scan: Scan; counts: ScanCounts }> {
    const scan = await this.scans.get(scanId);
    return { scan, counts: (await this.tasks.counts([scanId])).get(scanId) ?? noCounts() };
  }
}

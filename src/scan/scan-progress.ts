import { Injectable, type MessageEvent } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import { Clock } from '../config/clock.js';
import { ScanService } from './scan.service.js';
import { scanView, type ScanView } from './scan.view.js';
import { TaskService } from './task.service.js';

/** How often a watched scan is read, ms. Any process may do its work, so only the database knows. */
const LOOK_MS = 1000;
/** After this long a stream ends, ms; an EventSource comes back, and is asked anew who it is. */
const LIFE_MS = 60_000;

/** Tells how a scan gets on, to whoever watches it. */
@Injectable()
export class ScanProgress {
  constructor(
    private readonly scans: ScanService,
    private readonly tasks: TaskService,
    private readonly clock: Clock,
  ) {}

  /** The scan as it stands. @throws NotFoundError */
  async now(scanId: number): Promise<ScanView> {
    const scan = await this.scans.get(scanId);
    return scanView(scan, (await this.tasks.counts([scanId])).get(scanId));
  }

  /**
   * A `progress` event at once and whenever the scan changed, and `end` once nothing will change
   * any more. Nobody listening, nothing is read. It stops without an `end` after a minute, so that
   * whoever was signed out or deactivated meanwhile is shown no more.
   * @throws NotFoundError
   */
  async watch(scanId: number): Promise<Observable<MessageEvent>> {
    await this.scans.get(scanId);
    return new Observable<MessageEvent>((subscriber) => {
      const look = this.looker(scanId, subscriber);
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
  private looker(scanId: number, subscriber: Subscriber<MessageEvent>): () => Promise<void> {
    let shown = '';
    let isLooking = false;
    return async () => {
      if (isLooking) return;
      isLooking = true;
      try {
        const view = await this.now(scanId);
        const data = JSON.stringify(view);
        if (data !== shown) subscriber.next({ type: 'progress', data });
        shown = data;
        if (view.finishedAt !== null) {
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
}

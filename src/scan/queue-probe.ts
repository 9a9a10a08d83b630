import { Injectable } from '@nestjs/common';

/** Lets health pages ask after the shared queue, where there is one. */
@Injectable()
export class QueueProbe {
  private ping: (() => Promise<void>) | null = null;

  /** @param ping rejects when the queue does not answer */
  attach(ping: () => Promise<void>): void {
    this.ping = ping;
  }

  /** Whether scan work is shared by a queue at all. */
  get isAttached(): boolean {
    return this.ping !== null;
  }

  /** @throws when there is a queue and it does not answer */
  async check(): Promise<void> {
    await this.ping?.();
  }
}

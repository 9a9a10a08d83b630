import { Injectable } from '@nestjs/common';

/** Lets health pages ask after the shared queue, where there is one. */
@Injectable()
export class QueueProbe {
  private ask: (() => Promise<boolean>) | null = null;

  /** @param ask whether the queue answers, in bounded time */
  attach(ask: () => Promise<boolean>): void {
    this.ask = ask;
  }

  /** Whether scan work is shared by a queue at all. */
  get isAttached(): boolean {
    return this.ask !== null;
  }

  /** Whether the queue answers; true where there is none. */
  async answers(): Promise<boolean> {
    return (await this.ask?.()) ?? true;
  }
}

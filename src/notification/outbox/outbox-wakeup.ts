import { Injectable } from '@nestjs/common';

/** Tells this process' dispatcher that there may be something to send. */
@Injectable()
export class OutboxWakeup {
  private readonly listeners = new Set<(channelId: number | null) => void>();

  /** @returns what ends the subscription */
  subscribe(listener: (channelId: number | null) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** @param channelId whose deliveries, or whose settings, changed; without it only events came */
  wake(channelId: number | null = null): void {
    for (const listener of this.listeners) listener(channelId);
  }
}

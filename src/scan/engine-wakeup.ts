import { Injectable } from '@nestjs/common';

/** Tells whatever feeds the engine that there may be something to do: a scan was begun, or settings changed. */
@Injectable()
export class EngineWakeup {
  private readonly listeners = new Set<() => void>();

  /** @returns what ends the subscription */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  wake(): void {
    for (const listener of this.listeners) listener();
  }
}

import { Injectable, Logger } from '@nestjs/common';
import { Assembler } from './assembler.service.js';
import { ChannelLane } from './channel-lane.js';
import { LaneTools } from './lane-tools.js';
import { OutboxWakeup } from './outbox-wakeup.js';

/** How long it looks at nothing when nobody wakes it, ms: others may have told, or be gone. */
const LOOK_MS = 15_000;
/** After a fault of our own, such as a database that is gone, ms. */
const STUMBLE_MS = 5_000;

/** What the dispatcher knows of a channel. */
interface Post {
  lane: ChannelLane;
  running: Promise<void> | null;
  /** Monotonic, ms: there is nothing to do before. */
  notBeforeMs: number;
}

/** Sends what the outbox holds, for as long as it runs: each channel in a lane of its own. */
@Injectable()
export class Dispatcher {
  private readonly logger = new Logger(Dispatcher.name);
  private readonly posts = new Map<number, Post>();
  private sleep = new AbortController();
  private isWoken = false;

  constructor(
    private readonly assembler: Assembler,
    private readonly wakeup: OutboxWakeup,
    private readonly tools: LaneTools,
  ) {}

  /** Runs until `stop` aborts; then what is on its way is waited for. */
  async run(stop: AbortSignal): Promise<void> {
    const unsubscribe = this.wakeup.subscribe((channelId) => {
      if (channelId !== null) this.due(channelId);
      this.wake();
    });
    const wake = () => {
      this.wake();
    };
    stop.addEventListener('abort', wake);
    while (!stop.aborted) await this.rest(await this.look(stop));
    stop.removeEventListener('abort', wake);
    unsubscribe();
    await Promise.all([...this.posts.values()].flatMap(({ running }) => running ?? []));
  }

  private async look(stop: AbortSignal): Promise<number> {
    const waitMs = await this.assemble();
    try {
      const open = await this.tools.claims.openChannels();
      for (const channelId of open) this.start(channelId, stop);
      const nowMs = this.tools.clock.monotonicMs();
      const idle = open.map((channelId) => this.post(channelId)).filter((post) => !post.running);
      return Math.min(waitMs, ...idle.map(({ notBeforeMs }) => Math.max(notBeforeMs - nowMs, 0)));
    } catch (error) {
      this.stumbled(error);
      return STUMBLE_MS;
    }
  }

  /** What is assembled already is sent, also when nothing can be added to it. */
  private async assemble(): Promise<number> {
    try {
      const { channelIds, waitMs } = await this.assembler.assemble(LOOK_MS);
      for (const channelId of channelIds) this.due(channelId);
      return waitMs;
    } catch (error) {
      this.stumbled(error);
      return STUMBLE_MS;
    }
  }

  private start(channelId: number, stop: AbortSignal): void {
    const post = this.post(channelId);
    if (post.running || post.notBeforeMs > this.tools.clock.monotonicMs()) return;
    // Whatever comes while the lane runs makes it due anew.
    post.notBeforeMs = Infinity;
    post.running = post.lane
      .run(LOOK_MS, stop)
      .catch((error: unknown) => {
        this.stumbled(error);
        return STUMBLE_MS;
      })
      .then((waitMs) => {
        post.running = null;
        post.notBeforeMs = Math.min(post.notBeforeMs, this.tools.clock.monotonicMs() + waitMs);
        this.wake();
      });
  }

  private due(channelId: number): void {
    this.post(channelId).notBeforeMs = 0;
  }

  private post(channelId: number): Post {
    const known = this.posts.get(channelId);
    if (known) return known;
    const lane = new ChannelLane(channelId, this.tools);
    const post: Post = { lane, running: null, notBeforeMs: 0 };
    this.posts.set(channelId, post);
    return post;
  }

  private stumbled(error: unknown): void {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.logger.error(`The dispatcher stumbled and tries again: ${told}`);
  }

  private wake(): void {
    this.isWoken = true;
    this.sleep.abort();
  }

  private async rest(ms: number): Promise<void> {
    if (!this.isWoken && ms > 0) await this.tools.clock.sleep(ms, this.sleep.signal);
    this.isWoken = false;
    this.sleep = new AbortController();
  }
}

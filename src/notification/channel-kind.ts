import type { Channel } from './channel.entity.js';
import type { Message } from './message.js';

/** A channel with what it needs to send: its configuration, and its secret in the clear. */
export interface OpenedChannel<Config = unknown, Secret = unknown> {
  channel: Channel;
  config: Config;
  secret: Secret;
}

/** How a kind of channel sends. */
export abstract class ChannelKind<Config = unknown, Secret = unknown> {
  abstract readonly kind: string;

  /**
   * Sends one message, once. Bounded in time by itself; gives up when `signal` aborts.
   * @returns the number that the other side answered, if it did by number
   * @throws DeliveryError
   */
  abstract send(
    channel: OpenedChannel<Config, Secret>,
    message: Message,
    signal: AbortSignal,
  ): Promise<{ status: number | null }>;
}

/** The injection token of the list of every kind. */
export const CHANNEL_KINDS = Symbol('CHANNEL_KINDS');

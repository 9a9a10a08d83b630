import type { NotificationEvent } from '../message.js';

/** Where what happened is put down to be told. */
export abstract class Outbox {
  /** False when there is no channel that could be told: then nothing need be made ready. */
  abstract isListening(): Promise<boolean>;

  /**
   * Puts an event down for every channel that is told of it, in the caller's unit of work: it is
   * told if, and only if, what it tells of is committed. The same key is told once. What goes on or
   * ends is told as well to every channel that was told of its subject before.
   */
  abstract tell(event: NotificationEvent): Promise<void>;

  /**
   * Changes what an event says that was put down in the caller's unit of work, if anybody is told
   * of it.
   * @param part the fields of its data that are other than was said
   */
  abstract amend(key: string, part: object): Promise<void>;

  /** Which of some keys were told already, as long as it is kept. */
  abstract told(keys: readonly string[]): Promise<Set<string>>;

  /** A scan ends, in the caller's unit of work: what digests hold is sent and waits no longer. */
  abstract flush(): Promise<void>;
}

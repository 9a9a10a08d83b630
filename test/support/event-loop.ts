import { LoopWatch } from './server/loop-watch.js';

/** Watches how long the event loop was held up: the longest time between two ticks, milliseconds. */
export function watchEventLoop(): { stop: () => number } {
  const watch = new LoopWatch();
  return { stop: () => watch.stop() };
}

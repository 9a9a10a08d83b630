const TICK_MS = 5;

/** Watches how long the event loop was held up: the longest time between two ticks, milliseconds. */
export function watchEventLoop(): { stop: () => number } {
  let last = performance.now();
  let longestMs = 0;
  const tick = () => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
  };
  const timer = setInterval(tick, TICK_MS);
  return {
    stop: () => {
      tick();
      clearInterval(timer);
      return longestMs;
    },
  };
}

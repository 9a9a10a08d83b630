import { killAtStep } from './kill-switch.js';
import { LoopWatch } from './loop-watch.js';
import type { ServerAnswer, ServerCommand } from './server-options.js';
import type { TurnableClock } from './turnable-clock.js';

/** Takes a test's commands over the channel to the process that spawned this one. */
export function obey(clock: TurnableClock): void {
  const watch = new LoopWatch();
  process.on('message', ({ id, command }: { id: number; command: ServerCommand }) => {
    let longestBlockMs = 0;
    switch (command.kind) {
      case 'step':
        clock.step(command.byMs);
        break;
      case 'turn':
        clock.turn(command.factor, command.untilMs, command.thenFactor);
        break;
      case 'killAt':
        killAtStep(command.killAt);
        break;
      case 'watch':
        longestBlockMs = watch.take();
        break;
      case 'time':
        break;
    }
    const answer: ServerAnswer = { answers: id, longestBlockMs, nowMs: clock.now().getTime() };
    process.send?.(answer);
  });
  // Listening must not keep a server alive that has been told to stop.
  process.channel?.unref();
  process.on('disconnect', () => process.exit(1));
}

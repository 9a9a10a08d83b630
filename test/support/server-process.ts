import 'reflect-metadata';
import { failToStart, startServer } from '../../src/server.js';
import { killAtStep } from './server/kill-switch.js';
import { obey } from './server/obey.js';
import { plant } from './server/planted-faults.js';
import { shortenLocks } from './server/queue-locks.js';
import type { ServerProcessOptions } from './server/server-options.js';
import { TurnableClock } from './server/turnable-clock.js';

/** The whole server as a process of its own, on a clock that a test makes faster. */
async function main(options: ServerProcessOptions): Promise<void> {
  const { factor, epochMs, realStartMs, killAt, fault, perMinute } = options;
  // Processes that start at different moments still live at the same virtual time.
  const clock = new TurnableClock(factor, epochMs + (Date.now() - realStartMs) * factor);
  if (killAt) killAtStep(killAt);
  if (fault) plant(fault, clock, perMinute ?? 0);
  if (process.env.REDIS_URL) await shortenLocks();
  if (process.send) obey(clock);
  await startServer({ clock });
}

main(JSON.parse(process.argv[2] ?? '') as ServerProcessOptions).catch(failToStart);

import 'reflect-metadata';
import { ScaledClock } from '../../src/config/clock.js';
import { failToStart, startServer } from '../../src/server.js';

/** The whole server as a process of its own, on a clock that a test makes faster. */
interface ServerProcessOptions {
  /** How many times as fast as the machine's clock. */
  factor: number;
  /** Virtual time at `realStartMs` of the machine's clock, ms since 1970. */
  epochMs: number;
  realStartMs: number;
}

const { factor, epochMs, realStartMs } = JSON.parse(process.argv[2] ?? '') as ServerProcessOptions;
// Processes that start at different moments still live at the same virtual time.
const nowMs = epochMs + (Date.now() - realStartMs) * factor;

startServer({ clock: new ScaledClock(factor, nowMs) }).catch(failToStart);

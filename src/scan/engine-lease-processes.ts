import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { HolderProcess, Sighting } from './engine-lease.rules.js';

/** Zombie or dead: it has ended, and only its parent has not noticed. */
const ENDED_STATES = new Set(['Z', 'X', 'x']);

/** The field `starttime`, counted from the one behind the program's name (proc_pid_stat(5)). */
const START_FIELD = 19;

interface Stat {
  pid: number;
  state: string;
  startedAt: string;
}

/** This process; where it runs and since when is known on Linux alone. */
export function thisProcess(): HolderProcess {
  const self = { host: hostname(), pid: process.pid };
  const stat = statOf('self');
  // A /proc that numbers processes otherwise is another namespace's, and of no use.
  if (stat?.pid !== self.pid) return { ...self, scope: null, startedAt: null };
  return { ...self, scope: scopeOfNumbers(), startedAt: stat.startedAt };
}

/** What runs under a process number, as seen from this process. */
export function sightingOf(pid: number): Sighting {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return { kind: 'none' };
  }
  // One that there is may still be hidden from us.
  const stat = statOf(String(pid));
  if (!stat) return { kind: 'unknown' };
  const kind = ENDED_STATES.has(stat.state) ? 'ended' : 'running';
  return { kind, startedAt: stat.startedAt };
}

function scopeOfNumbers(): string | null {
  const boot = quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const numbers = quietly(() => readlinkSync('/proc/self/ns/pid'));
  if (!boot || !numbers) return null;
  // Start times are told by the clock of a time namespace, which older kernels do not have.
  const times = quietly(() => readlinkSync('/proc/self/ns/time')) ?? '';
  return createHash('sha256').update([boot, numbers, times].join(' ')).digest('hex').slice(0, 16);
}

function statOf(pid: string): Stat | null {
  const text = quietly(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (text === null) return null;
  // The program's name stands in brackets, and may itself hold brackets and spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = '', startedAt = ''] = [fields[0], fields[START_FIELD]];
  return /^\d+$/.test(startedAt) ? { pid: Number.parseInt(text, 10), state, startedAt } : null;
}

function quietly<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

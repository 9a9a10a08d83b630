/** A process as a lease names it, so that others can tell whether it has ended. */
export interface HolderProcess {
  host: string;
  pid: number;
  /**
   * Where the process number means one process: this boot of this machine, and this process
   * namespace. Null when that is not known, as anywhere but on Linux.
   */
  scope: string | null;
  /** When it began, in the kernel's own words: with it a number that is used again is told apart. */
  startedAt: string | null;
}

/** What a look at a process number finds: no process, nothing certain, or one and when it began. */
export type Sighting =
  { kind: 'none' } | { kind: 'unknown' } | { kind: 'running' | 'ended'; startedAt: string };

/** @param engine tells the engines of one process apart */
export function holderName({ host, pid, scope, startedAt }: HolderProcess, engine: string): string {
  return [host, pid, engine, ...(scope && startedAt ? [scope, startedAt] : [])].join(':');
}

/** The process of a holder's name; one that names no process is one of which nothing is known. */
export function holderProcess(holder: string): HolderProcess {
  const [host = '', pid, , scope = null, startedAt = null] = holder.split(':');
  return { host, pid: Number(pid), scope, startedAt };
}

/** Whether both names mean one and the same process, for certain. */
export function isSameProcess(a: HolderProcess, b: HolderProcess): boolean {
  return isWithinSight(a, b) && a.pid === b.pid && a.startedAt === b.startedAt;
}

/**
 * Whether a process has ended, for certain. Containers may share a host name, and in each the
 * program is process 1: what is not seen from here may live there.
 * @param look finds out what runs under a process number here
 */
export function isSurelyDead(
  holder: HolderProcess,
  here: HolderProcess,
  look: (pid: number) => Sighting,
): boolean {
  if (!isWithinSight(holder, here)) return false;
  const found = look(holder.pid);
  if (found.kind === 'none') return true;
  if (found.kind === 'unknown') return false;
  return found.kind === 'ended' || found.startedAt !== holder.startedAt;
}

function isWithinSight(holder: HolderProcess, here: HolderProcess): boolean {
  return (
    holder.scope !== null &&
    holder.startedAt !== null &&
    holder.scope === here.scope &&
    holder.host === here.host &&
    Number.isSafeInteger(holder.pid) &&
    holder.pid > 0
  );
}

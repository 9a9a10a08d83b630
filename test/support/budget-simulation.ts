import { FakeClock } from './fake-clock.js';
import { dayOf, maxInAnySlidingMinute, type QuotaLimits } from './virustotal-stand-in/quota.js';

/** A budget as one process has it; what outlives the process is the simulated database's. */
export interface SimulatedBudget<Place extends object = object> {
  take(): Promise<{ place: Place } | { place: null; waitMs: number }>;
  answered(place: Place): Promise<void>;
}

/** Starts a process on the database that the processes before it left behind. */
export type StartProcess = (clock: ProcessClock) => SimulatedBudget;

/** One request's way, ms. */
interface Travel {
  toServer: number;
  fromServer: number;
}

/** What happens to a process, or to the machine's wall clock, in ms from the start. */
export type Incident =
  { kind: 'restart'; atMs: number; process: number } | { kind: 'step'; atMs: number; byMs: number };

export interface Scenario {
  /** Used in turn. */
  travels: readonly Travel[];
  incidents: readonly Incident[];
  processes: number;
  /** How many requests one process has on the way at most. */
  inFlight: number;
  lengthMs: number;
}

/** A clock whose wall time can be stepped; FakeClock's own time is the true one. */
export class SteppedClock extends FakeClock {
  steppedMs = 0;

  override now(): Date {
    return new Date(super.now().getTime() + this.steppedMs);
  }

  trueTime(): number {
    return super.now().getTime();
  }
}

/** What one process sees of it: its monotonic clock begins with the process. */
export class ProcessClock extends FakeClock {
  private readonly bootMs: number;

  constructor(private readonly machine: SteppedClock) {
    super();
    this.bootMs = machine.monotonicMs();
  }

  override now(): Date {
    return this.machine.now();
  }

  override monotonicMs(): number {
    return this.machine.monotonicMs() - this.bootMs;
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.machine.sleep(ms, signal);
  }
}

interface Request {
  place: object;
  arrivesAt: number;
  answeredAt: number;
}

interface Process {
  budget: SimulatedBudget;
  onTheWay: Request[];
  triesAt: number;
}

/**
 * Lets every process send whenever its budget grants it. What is on the way when a process is
 * killed has either arrived or left the machine, and is never answered.
 * @returns when each request arrived at the server, true time
 */
export async function arrivalsOf(
  start: StartProcess,
  { travels, incidents, processes, inFlight, lengthMs }: Scenario,
  machine = new SteppedClock(),
): Promise<number[]> {
  const startProcess = (): Process => ({
    budget: start(new ProcessClock(machine)),
    onTheWay: [],
    triesAt: machine.trueTime(),
  });
  const running = Array.from({ length: processes }, startProcess);
  const begin = machine.trueTime();
  const coming = [...incidents].sort((a, b) => a.atMs - b.atMs);
  const arrivals: number[] = [];
  let sent = 0;

  const meet = (incident: Incident): void => {
    if (incident.kind === 'step') machine.steppedMs += incident.byMs;
    else {
      const killed = running[incident.process % processes]!;
      const killedAt = machine.trueTime();
      for (const { arrivesAt } of killed.onTheWay) arrivals.push(Math.min(arrivesAt, killedAt));
      running[incident.process % processes] = startProcess();
    }
  };

  const send = async (process: Process): Promise<void> => {
    const now = machine.trueTime();
    const taken = await process.budget.take();
    if (taken.place === null) {
      process.triesAt = now + Math.max(1, Math.ceil(taken.waitMs));
      return;
    }
    const { toServer, fromServer } = travels[sent % travels.length]!;
    sent += 1;
    const arrivesAt = now + toServer;
    process.onTheWay.push({ place: taken.place, arrivesAt, answeredAt: arrivesAt + fromServer });
  };

  const act = async (process: Process): Promise<void> => {
    const now = machine.trueTime();
    for (const request of process.onTheWay.filter(({ answeredAt }) => answeredAt <= now)) {
      process.onTheWay.splice(process.onTheWay.indexOf(request), 1);
      arrivals.push(request.arrivesAt);
      await process.budget.answered(request.place);
    }
    while (process.triesAt <= now && process.onTheWay.length < inFlight) await send(process);
  };

  const nextMoment = (): number => {
    const moments = running.flatMap(({ onTheWay, triesAt }) => [
      ...onTheWay.map(({ answeredAt }) => answeredAt),
      ...(onTheWay.length < inFlight ? [triesAt] : []),
    ]);
    return Math.min(begin + (coming[0]?.atMs ?? Infinity), ...moments);
  };

  for (let next = begin; next < begin + lengthMs; next = nextMoment()) {
    await machine.advance(Math.max(0, next - machine.trueTime()));
    while (coming[0] && begin + coming[0].atMs <= machine.trueTime()) meet(coming.shift()!);
    for (const process of running) await act(process);
  }
  for (const { onTheWay } of running) arrivals.push(...onTheWay.map(({ arrivesAt }) => arrivesAt));
  return arrivals;
}

/**
 * The limits that requests broke, as the server counts: none, if the budget is right.
 * @param arrivals true time
 */
export function brokenLimits(arrivals: readonly number[], limits: QuotaLimits): string[] {
  const broken: string[] = [];
  const most = maxInAnySlidingMinute(arrivals);
  if (most > limits.perMinute) broken.push(`${most} in a sliding minute`);
  const perPeriod = new Map<string, number>();
  for (const at of arrivals) {
    const day = dayOf(at);
    for (const period of [day, day.slice(0, 7)]) {
      perPeriod.set(period, (perPeriod.get(period) ?? 0) + 1);
    }
  }
  for (const [period, count] of perPeriod) {
    const limit = period.length > 7 ? limits.perDay : limits.perMonth;
    if (count > limit) broken.push(`${count} in ${period}`);
  }
  return broken;
}

import { KILL_STEPS, type KillStep, type PlantedFault } from '../server/server-options.js';
import type { Random } from '../virustotal-stand-in/random.js';

/** Where a round runs: one process on a database, or three that share a queue. */
export type SetUp = 'sqlite' | 'mariadb' | 'queue';

/** What else happens to a round than kills. */
export type Outage =
  /** VirusTotal resets every connection for a while, so that the breaker opens. */
  | 'virustotal_gone'
  /** Another process writes to the SQLite file, and holds it. */
  | 'database_held'
  /** The file system of the SQLite file is full for a while. */
  | 'disk_full'
  /** MariaDB is killed, and started again a virtual minute later. */
  | 'database_killed'
  /** Redis forgets everything. */
  | 'redis_flushed'
  /** The process stands still, as on a machine that sleeps. */
  | 'slept'
  /** The wall clock is stepped forth and back. */
  | 'clock_stepped'
  /** The day's quota is spent shortly before midnight UTC. */
  | 'day_quota_spent';

export interface KillEvent {
  kind: 'kill';
  step: KillStep | 'random';
  /** At a named step: at its `nth` time. */
  nth: number;
  /** At a random instant: so long after the process was ready, real ms. */
  afterMs: number;
  /** Which of the processes, by number. */
  victim: number;
}

interface OutageEvent {
  kind: 'outage';
  outage: Outage;
  victim: number;
}

export type ChaosEvent = KillEvent | OutageEvent;

/** One round: one scan on a fresh database, and what happens to it. */
export interface RoundPlan {
  name: string;
  setUp: SetUp;
  /** Of the stand-in's durations and latencies. */
  seed: number;
  platforms: number;
  /** The numbers of the platforms that are flagged, from 1. */
  flagged: readonly number[];
  perMinute: number;
  perDay: number;
  /** What another tool with the same key spends before the scan. */
  spentByOthers?: number;
  /** When it begins, UTC. */
  beginsAt: string;
  events: readonly ChaosEvent[];
  /** How long the scan is waited for when the events are over, real ms. */
  patienceMs?: number;
  /** In place of {@link FACTOR}. */
  factor?: number;
  /** Activates the integration, and so begins the scan, soon after this second of a virtual minute. */
  activatesAtSecond?: number;
  fault?: PlantedFault;
}

/** Virtual milliseconds in a real one: a request's time-out of a minute is six real seconds. */
export const FACTOR = 10;

/** By so much of all events those come sooner that need platforms not submitted yet. */
const SUBMITTING_FIRST = 0.4;

/** So many requests a day stand in nobody's way. */
export const PLENTY_A_DAY = 5_000;
/** Requests are made one after the other up to this rate: a kill can lose one answer at most. */
const RATES = [24, 30, 40];
const LATEST_KILL_MS = 1_500;
const PROCESSES = { sqlite: 1, mariadb: 1, queue: 3 };

/** How much a round is. */
export interface RoundSize {
  platforms: number;
  /** Kills at each named step where one process is restarted at once, and where three share a queue. */
  killsAtEachStep: { alone: number; together: number };
}

/** A round of `npm run test:chaos`. */
const LONG_ROUND: RoundSize = {
  platforms: 36,
  killsAtEachStep: { alone: 2, together: 1 },
};

/** A round of `npm test`. */
export const SHORT_ROUND: RoundSize = {
  platforms: 16,
  killsAtEachStep: { alone: 1, together: 1 },
};

/** The outages that a set-up can meet. Each round meets one, and they take turns. */
const OUTAGES: Record<SetUp, readonly Outage[]> = {
  sqlite: ['database_held', 'disk_full', 'virustotal_gone', 'clock_stepped', 'day_quota_spent'],
  mariadb: ['database_killed', 'slept', 'virustotal_gone', 'clock_stepped', 'day_quota_spent'],
  queue: ['redis_flushed', 'database_killed'],
};

/** How many processes a set-up has. */
export function processesOf(setUp: SetUp): number {
  return PROCESSES[setUp];
}

/**
 * The next round, from chance alone.
 * @param number of the round in its set-up, from 0: which outage's turn it is
 * @param size how much it is
 * @param without outages that this machine cannot have
 */
export function planRound(
  setUp: SetUp,
  number: number,
  random: Random,
  size: RoundSize = LONG_ROUND,
  without: readonly Outage[] = [],
): RoundPlan {
  const { platforms, killsAtEachStep } = size;
  const outages = OUTAGES[setUp].filter((outage) => !without.includes(outage));
  const outage = outages[number % outages.length]!;
  const whole = (below: number) => Math.floor(random() * below);
  const victim = () => whole(PROCESSES[setUp]);
  const kill = (step: KillEvent['step']): KillEvent => ({
    kind: 'kill',
    step,
    nth: 1 + whole(3),
    afterMs: whole(LATEST_KILL_MS),
    victim: victim(),
  });
  const times = killsAtEachStep[PROCESSES[setUp] === 1 ? 'alone' : 'together'];
  const steps = Array.from({ length: times }, () => KILL_STEPS).flat();
  const events: ChaosEvent[] = [...steps, 'random' as const].map(kill);
  events.push({ kind: 'outage', outage, victim: victim() });
  const isQuota = outage === 'day_quota_spent';
  return {
    name: `${setUp} ${number + 1}`,
    setUp,
    seed: whole(2 ** 31),
    platforms,
    flagged: shuffled(numbers(platforms), random).slice(0, platforms / 4 + whole(4)),
    perMinute: RATES[whole(RATES.length)]!,
    // A whole day's worth is enough for the scan; what others leave of the first day is not.
    perDay: isQuota ? platforms * 3 : PLENTY_A_DAY,
    spentByOthers: isQuota ? platforms * 2 : 0,
    beginsAt: isQuota ? '2026-11-24T23:54:00Z' : '2026-11-24T08:00:00Z',
    events: inTurn(events, random),
  };
}

/** In an order of chance, but kills around a submission rather at the beginning. */
function inTurn(events: readonly ChaosEvent[], random: Random): ChaosEvent[] {
  const submits: string[] = ['before_submit', 'after_answer'] satisfies KillStep[];
  return events
    .map((event) => {
      const isEarly = event.kind === 'kill' && submits.includes(event.step);
      return { event, turn: random() - (isEarly ? SUBMITTING_FIRST : 0) };
    })
    .sort((a, b) => a.turn - b.turn)
    .map(({ event }) => event);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  const out: T[] = [];
  while (left.length > 0) out.push(...left.splice(Math.floor(random() * left.length), 1));
  return out;
}

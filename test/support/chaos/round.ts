import { setTimeout as delay } from 'node:timers/promises';
import type { TestDatabase } from '../databases.js';
import type { KillAt } from '../server/server-options.js';
import type { RoundFacts, TornRows } from './facts.js';
import type { Ground } from './ground.js';
import { violationsOf } from './invariants.js';
import { strike } from './outages.js';
import { until } from './patience.js';
import {
  type ChaosEvent,
  FACTOR,
  type KillEvent,
  type Outage,
  PLENTY_A_DAY,
  processesOf,
  type RoundPlan,
} from './plan.js';
import { tornRows } from './torn-rows.js';
import { World } from './world.js';

/** How long a process is waited for to come to its step, and a scan to end, real ms. */
const STEP_PATIENCE_MS = 45_000;
const SCAN_PATIENCE_MS = 120_000;

/** What came of a round. */
export interface RoundResult {
  plan: RoundPlan;
  kills: KillEvent['step'][];
  outages: Outage[];
  submissions: number;
  tasks: number;
  alerts: number;
  tookMs: number;
  violations: string[];
}

/** Runs one round on a fresh database. A fault of the round itself is a violation, too. */
export async function runRound(plan: RoundPlan, ground: Ground): Promise<RoundResult> {
  const database = await ground.freshDatabase(plan);
  const round = new Round(plan, ground, database);
  try {
    return await round.run();
  } finally {
    await round.stop();
    await database.drop();
  }
}

class Round {
  private world: World | null = null;
  private readonly kills: KillEvent['step'][] = [];
  private readonly outages: Outage[] = [];
  private readonly torn: TornRows[] = [];
  private readonly broken: string[] = [];
  private losses = 0;
  private isOver = false;
  private readonly startedMs = Date.now();

  constructor(
    private readonly plan: RoundPlan,
    private readonly ground: Ground,
    private readonly database: TestDatabase,
  ) {}

  async run(): Promise<RoundResult> {
    const { plan } = this;
    let facts: RoundFacts | null = null;
    try {
      const world = await this.begin();
      for (let index = 0; index < plan.events.length && !this.isOver; index += 1) {
        await this.meet(world, plan.events[index]!, plan.events[index + 1]);
      }
      facts = await this.end(world);
    } catch (error) {
      const outputs = this.world?.servers.map((server) => server.output().slice(-4_000)) ?? [];
      this.broken.push(`the round failed: ${String(error)}\n${outputs.join('\n')}`);
    }
    return {
      plan,
      kills: this.kills,
      outages: this.outages,
      submissions: sum(Object.values(facts?.stats.submissions ?? {})),
      tasks: facts?.tasks.length ?? 0,
      alerts: facts?.alerts.length ?? 0,
      tookMs: Date.now() - this.startedMs,
      violations: [...this.broken, ...(facts ? violationsOf(facts) : [])],
    };
  }

  async stop(): Promise<void> {
    await this.world?.stop();
  }

  private async begin(): Promise<World> {
    const { plan, database, ground } = this;
    const { perMinute, perDay, beginsAt, seed, fault, factor = FACTOR } = plan;
    const world = await World.start(
      {
        database,
        redisUrl: ground.redis?.url,
        factor,
        beginsAt,
        perMinute,
        perDay,
        seed,
        fault,
        processes: processesOf(plan.setUp),
      },
      killAtOf(plan.events[0]),
    );
    this.world = world;
    await spendByOthers(world, plan.spentByOthers ?? 0);
    await world.addPlatforms(plan.platforms, plan.flagged);
    await inSecond(world, plan.activatesAtSecond);
    const isLate = new Date(world.nowMs()).getUTCDate() !== new Date(beginsAt).getUTCDate();
    if (isLate) {
      // A machine so busy that the midnight of a round with a spent day is over already.
      await world.standIn.control.setLimits({ perDay: PLENTY_A_DAY });
      await world.activate({ requestsPerDay: PLENTY_A_DAY });
    } else await world.activate();
    return world;
  }

  private async meet(world: World, event: ChaosEvent, next?: ChaosEvent): Promise<void> {
    if (event.kind === 'outage') {
      const { ground, database } = this;
      const { victim } = event;
      this.losses += await strike(event.outage, { world, ground, database, victim });
      this.outages.push(event.outage);
      return;
    }
    if (event.step === 'random') {
      await delay(event.afterMs);
      await world.servers[event.victim]!.end('SIGKILL');
      await this.comeBack(world, 'random', next);
      return;
    }
    // With a shared queue it is chance who takes the next job: whoever comes to the step is killed.
    await world.tellAll({ kind: 'killAt', killAt: event as KillAt });
    await this.waitForAnEnd(world);
    if (this.isOver) return;
    await world.tellAll({ kind: 'killAt', killAt: null });
    const isAnyGone = world.servers.some((server) => server.ended() !== null);
    if (!isAnyGone) await world.servers[event.victim]!.end('SIGKILL');
    await this.comeBack(world, isAnyGone ? event.step : 'random', next);
  }

  /** Counts who is gone, looks at what they left, and starts them again. */
  private async comeBack(world: World, step: KillEvent['step'], next?: ChaosEvent): Promise<void> {
    this.torn.push(await tornRows(this.database));
    for (const [slot, server] of world.servers.entries()) {
      if (server.ended() === null) continue;
      this.kills.push(step);
      const killAt = world.servers.length === 1 ? killAtOf(next) : undefined;
      await world.spawn(slot, { killAt });
    }
  }

  /** Until a process has killed itself, or nothing is left that would make it, or for too long. */
  private async waitForAnEnd(world: World): Promise<void> {
    const isAnyGone = () => world.servers.some((server) => server.ended() !== null);
    const deadline = Date.now() + STEP_PATIENCE_MS;
    while (!isAnyGone() && Date.now() < deadline) {
      const scan = await world.peekScan();
      if (scan?.finishedAt && !isAnyGone()) {
        this.isOver = true;
        return;
      }
      await delay(50);
    }
  }

  private async end(world: World): Promise<RoundFacts> {
    const { plan, torn } = this;
    const isDone = await world
      .scanIs('ended', (scan) => scan.finishedAt !== null, plan.patienceMs ?? SCAN_PATIENCE_MS)
      .then(() => true)
      .catch(() => false);
    const scan = await world.latestScan();
    if (!isDone) {
      const tails = world.servers.map((server) => server.output().slice(-2_000));
      this.broken.push(`the scan did not end in time; the logs: ${tails.join('\n')}`);
    }
    torn.push(await tornRows(this.database));
    return {
      plan,
      kills: this.kills.length,
      lossesByOutage: this.losses,
      torn,
      scans: await world.scans(),
      tasks: await world.tasks(scan.id),
      alerts: await world.alerts(),
      stats: await world.standIn.control.stats(),
    };
  }
}

/** Another tool spends of the day; of its minute nothing is left when the scan begins. */
async function spendByOthers(world: World, requests: number): Promise<void> {
  if (requests === 0) return;
  await world.standIn.control.spend(requests);
  const forgottenMs = world.nowMs() + 65_000;
  await until(
    'a minute later',
    () => world.nowMs(),
    (nowMs) => nowMs > forgottenMs,
  );
}

async function inSecond(world: World, second: number | undefined): Promise<void> {
  if (second === undefined) return;
  await until(
    `second ${second} of a minute`,
    () => (world.nowMs() % 60_000) / 1000 - second,
    (lateS) => lateS >= 0 && lateS < 5,
  );
}

function killAtOf(event: ChaosEvent | undefined): KillAt | undefined {
  if (event?.kind !== 'kill' || event.step === 'random') return undefined;
  return { step: event.step, nth: event.nth };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

import { setTimeout as delay } from 'node:timers/promises';
import { In } from 'typeorm';
import { Alert } from '../../../src/alert/alert.entity.js';
import { APP_ROOT } from '../../../src/config/app-root.js';
import { Delivery } from '../../../src/notification/outbox/delivery.entity.js';
import { OutboxEntry } from '../../../src/notification/outbox/outbox-entry.entity.js';
import { until } from '../chaos/patience.js';
import { World } from '../chaos/world.js';
import type { TestDatabase } from '../databases.js';
import { HelperProcess } from '../helper-process.js';
import { openDatabase } from '../open-database.js';
import type { KillAt, PlantedFault } from '../server/server-options.js';
import { type Accepted, countTold, type ToldCount } from './told-facts.js';

const CHANNELS = 5;
const FACTOR = 10;
const PER_MINUTE = 6_000;
/** How long a process is waited for to come to where it kills itself, real ms. */
const STEP_PATIENCE_MS = 20_000;

/** What is to be run. */
export interface ToldPlan {
  database: TestDatabase;
  alerts: number;
  kills: number;
  /** Between two kills, real ms; every second one falls where something is being told instead. */
  pauseMs: number;
  fault?: PlantedFault;
  seed: number;
  patienceMs: number;
}

/** What came of it. */
export interface ToldResult extends ToldCount {
  alerts: number;
  kills: number;
  refused: number;
  tookMs: number;
}

/**
 * So many platforms are flagged in one scan, each of which five webhooks are told, one of them by
 * digest; receivers in a process of their own refuse a quarter, and the server is killed meanwhile.
 */
export async function runTold(plan: ToldPlan): Promise<ToldResult> {
  const startedMs = Date.now();
  const { database, seed, alerts, fault } = plan;
  const script = `${APP_ROOT}/test/support/notification/receivers-process.mjs`;
  const receivers = new HelperProcess([script, JSON.stringify({ seed })]);
  const [, port] = (await receivers.sawLike(/^listening \d+$/)).split(' ');
  const world = await World.start({
    database,
    factor: FACTOR,
    beginsAt: '2026-11-24T08:00:00Z',
    perMinute: PER_MINUTE,
    perDay: 1_000_000,
    perMonth: 10_000_000,
    fault,
    standIn: { latencyMs: { toServer: [5, 20], fromServer: [5, 20] } },
    env: { OJU_OUTGOING_ALLOW: '127.0.0.0/8' },
  });
  try {
    for (let number = 1; number <= CHANNELS; number += 1) {
      await world.send('POST', '/channels', {
        kind: 'webhook',
        name: `Receiver ${number}`,
        mode: number === CHANNELS ? 'digest' : 'each',
        digestMinutes: 1,
        config: { url: `http://127.0.0.1:${port}/hook/${number}` },
      });
    }
    const all = Array.from({ length: alerts }, (_, index) => index + 1);
    await world.addPlatforms(alerts, all);
    await world.tellAll({ kind: 'killAt', killAt: killAt(0) });
    await world.activate();
    const kills = await killAgainAndAgain(world, plan);
    await world.scanIs('ended', ({ finishedAt }) => finishedAt !== null, plan.patienceMs);
    await settled(database, plan.patienceMs);
    const facts = await fetch(`http://127.0.0.1:${port}/facts`);
    const { accepted, refused } = (await facts.json()) as { accepted: Accepted[]; refused: number };
    const alertIds = await alertsOf(database);
    const count = countTold({ channels: CHANNELS, kills, alertIds, accepted });
    return { ...count, alerts: alertIds.length, kills, refused, tookMs: Date.now() - startedMs };
  } finally {
    await world.stop();
    await receivers.kill();
  }
}

/** Every second kill falls inside of what tells, the others wherever it is. */
function killAt(number: number): KillAt | null {
  return number % 2 === 0 ? { step: 'telling', nth: 2 + number } : null;
}

async function killAgainAndAgain(world: World, { kills, pauseMs }: ToldPlan): Promise<number> {
  for (let number = 0; number < kills; number += 1) {
    await Promise.race([world.server.gone, delay(killAt(number) ? STEP_PATIENCE_MS : pauseMs)]);
    if (world.server.ended() === null) await world.server.end('SIGKILL');
    await world.spawn(0, { killAt: (number + 1 < kills ? killAt(number + 1) : null) ?? undefined });
  }
  return kills;
}

/** Until nothing waits and nothing is on its way any more. */
async function settled(database: TestDatabase, patienceMs: number): Promise<void> {
  const { dataSource, unitOfWork } = await openDatabase(database);
  try {
    await until(
      'everything told',
      async () => {
        const waiting = await unitOfWork.repository(OutboxEntry).countBy({ state: 'waiting' });
        const open = { state: In(['pending', 'sending'] as const) };
        return waiting + (await unitOfWork.repository(Delivery).countBy(open));
      },
      (left) => left === 0,
      patienceMs,
    );
  } finally {
    await dataSource.destroy();
  }
}

async function alertsOf(database: TestDatabase): Promise<string[]> {
  const { dataSource, unitOfWork } = await openDatabase(database);
  try {
    const rows = await unitOfWork.repository(Alert).find({ select: { id: true } });
    return rows.map(({ id }) => String(id));
  } finally {
    await dataSource.destroy();
  }
}

import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { BudgetPlace } from './budget-place.entity.js';
import { BudgetUsageService } from './budget-usage.service.js';
import { placeSize, type Purpose, sendSpacingMs, type Shortage } from './budget.rules.js';
import { HeldPlaces } from './held-places.js';
import { limitsOf, VirusTotalSettingsService } from './virustotal-settings.service.js';

/** The right to send one request; only the budget makes one, and one request uses it up. */
export interface Place {
  readonly blockId: number;
  /** The instant under whose day and month it was counted. */
  readonly takenAt: Date;
  readonly purpose: Purpose;
}

/** A place, or what is short and from when on it is worth asking again. */
export type Taken =
  | { place: Place }
  | { place: null; shortage: Shortage; until: Date }
  | { place: null; shortage: 'pace'; waitMs: number };

interface Block {
  id: number;
  purpose: Purpose;
  takenAt: Date;
  takenMs: number;
  left: number;
  inFlight: number;
}

const BLOCK_LIFE_MS = 1000;
/** By how much a send may lag behind the even spacing and still be made up for, ms. */
const CATCH_UP_MS = 250;
/** How soon to look again when every place is in flight, ms. */
const IN_FLIGHT_PAUSE_MS = 250;

/**
 * Keeps every request within the minute, the day and the month of the key. A place is a row that
 * is committed before its request is sent and stands until 60 s after the answer, so that any
 * sliding minute at VirusTotal's end, however long requests travel, holds no more than the limit;
 * and since rows outlive the process, so does the limit.
 */
@Injectable()
export class Budget {
  private readonly held = new HeldPlaces();
  private block: Block | null = null;
  private readonly closing = new Map<number, Block>();
  private nextSendMs = 0;
  private accountCallers = 0;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly settings: VirusTotalSettingsService,
    private readonly usage: BudgetUsageService,
  ) {}

  /**
   * Takes a place if there is one now. The caller must send at once, and the client tells
   * {@link answered} when the request ended.
   */
  async take(purpose: Purpose): Promise<Taken> {
    const nowMs = this.clock.monotonicMs();
    const pauseMs = this.nextSendMs - nowMs;
    if (pauseMs > 0) return { place: null, shortage: 'pace', waitMs: pauseMs };
    // Someone waits in front of a page for an account call: a scan can wait for the next place.
    if (purpose !== 'account' && this.accountCallers > 0) {
      return { place: null, shortage: 'pace', waitMs: IN_FLIGHT_PAUSE_MS };
    }
    const { perMinute } = limitsOf(await this.settings.recent());
    const spacingMs = sendSpacingMs(perMinute);
    const fromBlock = this.takeFromBlock(purpose, nowMs);
    if (fromBlock) return this.sent(fromBlock, spacingMs);
    // It serves this caller no more; left as it is, it would be held for ever once the limit falls.
    this.retireBlock();
    const taken = await this.unitOfWork.run(() => this.takeBlock(purpose, perMinute));
    if (!('block' in taken)) return taken;
    this.held.taken(taken.block.id);
    // Two callers at the same moment have each taken one.
    this.retireBlock();
    this.block = taken.block;
    return this.sent(this.handOut(taken.block), spacingMs);
  }

  /**
   * Waits for a place for a /users/* call, for which somebody sits in front of a page.
   * @returns null when none came free within `patienceMs`
   */
  async takeForAccount(patienceMs: number): Promise<Place | null> {
    const deadline = this.clock.monotonicMs() + patienceMs;
    this.accountCallers += 1;
    try {
      for (;;) {
        const taken = await this.take('account');
        if (taken.place) return taken.place;
        const waitMs = 'waitMs' in taken ? taken.waitMs : this.untilMs(taken.until);
        if (this.clock.monotonicMs() + waitMs > deadline) return null;
        await this.clock.sleep(waitMs);
      }
    } finally {
      this.accountCallers -= 1;
    }
  }

  /** Called by the client alone, when a request has ended in whatever way. */
  async answered(place: Place): Promise<void> {
    const block = this.blockOf(place.blockId);
    if (block) block.inFlight -= 1;
    if (block?.inFlight !== 0 || block.left > 0) {
      await this.usage.countAgainIfDayChanged(place.takenAt, place.purpose);
      return;
    }
    this.held.answered(block.id, this.clock.monotonicMs());
    this.closing.delete(block.id);
    // In one go: a place counts in the day that began meanwhile as long as it has no answer.
    await this.unitOfWork.run(async () => {
      await this.usage.countAgainIfDayChanged(place.takenAt, place.purpose);
      const answered = { answeredAt: this.clock.now() };
      await this.unitOfWork.repository(BudgetPlace).update({ id: block.id }, answered);
    });
  }

  private takeFromBlock(purpose: Purpose, nowMs: number): Place | null {
    const block = this.block;
    if (block?.purpose !== purpose || block.left === 0) return null;
    if (nowMs - block.takenMs > BLOCK_LIFE_MS) return null;
    return this.handOut(block);
  }

  private handOut(block: Block): Place {
    block.left -= 1;
    block.inFlight += 1;
    return { blockId: block.id, takenAt: block.takenAt, purpose: block.purpose };
  }

  private sent(place: Place, spacingMs: number): Taken {
    // A send that came late may be made up for, or every millisecond of lateness lowers the rate.
    const nowMs = this.clock.monotonicMs();
    this.nextSendMs = Math.max(this.nextSendMs, nowMs - CATCH_UP_MS) + spacingMs;
    return { place };
  }

  /** Inside a unit of work: the row and the counts are committed before anything is sent. */
  private async takeBlock(purpose: Purpose, perMinute: number): Promise<Taken | { block: Block }> {
    await this.settings.lock();
    const nowMs = this.clock.monotonicMs();
    const takenAt = this.clock.now();
    const places = this.unitOfWork.repository(BudgetPlace);
    const rows = await places.find();
    const expired = this.held.expired(rows, nowMs, takenAt.getTime());
    if (expired.length > 0) {
      await places.delete({ id: In(expired.map((row) => row.id)) });
      await this.usage.countLost(expired);
    }
    const standing = rows.filter((row) => !expired.includes(row));
    const free = perMinute - standing.reduce((sum, row) => sum + row.size, 0);
    if (free < 1) return this.minuteShortage(nowMs);
    const size = Math.min(free, placeSize(perMinute));
    const granted = await this.usage.spend(purpose, size, standing);
    if ('shortage' in granted) return { place: null, ...granted };
    const row = await places.save({ size: granted.size, takenAt, answeredAt: null });
    return {
      block: { id: row.id, purpose, takenAt, takenMs: nowMs, left: granted.size, inFlight: 0 },
    };
  }

  private minuteShortage(nowMs: number): Taken {
    const freeAt = this.held.nextFreeAt(nowMs);
    const waitMs = Number.isFinite(freeAt) ? Math.max(1, freeAt - nowMs) : IN_FLIGHT_PAUSE_MS;
    const until = new Date(this.clock.now().getTime() + waitMs);
    return { place: null, shortage: 'minute', until };
  }

  /** What is left of a block that another one replaces is given up; it was counted as spent. */
  private retireBlock(): void {
    const block = this.block;
    if (!block) return;
    this.block = null;
    const hadLeft = block.left > 0;
    block.left = 0;
    if (block.inFlight > 0) this.closing.set(block.id, block);
    // One that was used up and answered is held since its answer, and not since now.
    else if (hadLeft) this.held.answered(block.id, this.clock.monotonicMs());
  }

  private blockOf(id: number): Block | undefined {
    return this.block?.id === id ? this.block : this.closing.get(id);
  }

  private untilMs(until: Date): number {
    return Math.max(1, until.getTime() - this.clock.now().getTime());
  }
}

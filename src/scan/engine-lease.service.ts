import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { sightingOf, thisProcess } from './engine-lease-processes.js';
import { EngineLease } from './engine-lease.entity.js';
import { isSurelyDead, holderName, holderProcess, isSameProcess } from './engine-lease.rules.js';

const LEASE_ID = 1;
/**
 * How long a holder that says nothing keeps the engine, ms: longer than one step, which may last two
 * requests of a minute each.
 */
const LEASE_MS = 150_000;
/** How often a holder renews, ms. */
const RENEW_MS = 10_000;

/** The holder's name where instances share a queue; no host has it, so it is never thought dead. */
const QUEUE_HOLDER = '(queue)';

/** The engines of this process that may still be at work: two of them share its number. */
const livingHere = new Set<string>();

/**
 * Decides which process runs the scan engine, so that a server, a second instance and the `oju`
 * command never work the same tasks side by side.
 */
@Injectable()
export class EngineLeaseService {
  private readonly self = thisProcess();
  private readonly holder = holderName(this.self, randomUUID());
  private renewAtMs = 0;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {
    livingHere.add(this.holder);
  }

  /** Takes or renews the lease. @returns whether this process holds it */
  async hold(): Promise<boolean> {
    return this.holdAs(this.holder);
  }

  /**
   * Takes or renews the lease for all instances that share a queue: together they are one engine,
   * and no other process works beside them.
   */
  async holdForQueue(): Promise<boolean> {
    return this.holdAs(QUEUE_HOLDER);
  }

  private async holdAs(holder: string): Promise<boolean> {
    if (this.clock.monotonicMs() < this.renewAtMs) return true;
    const isHeld = await this.unitOfWork.run(() => this.take(holder));
    this.renewAtMs = isHeld ? this.clock.monotonicMs() + RENEW_MS : 0;
    return isHeld;
  }

  /** Gives the lease back, so that another process need not wait until it runs out. */
  async release(): Promise<void> {
    this.renewAtMs = 0;
    livingHere.delete(this.holder);
    await this.unitOfWork.run(() =>
      this.unitOfWork.repository(EngineLease).delete({ id: LEASE_ID, holder: this.holder }),
    );
  }

  private async take(holder: string): Promise<boolean> {
    const leases = this.unitOfWork.repository(EngineLease);
    const now = this.clock.now();
    const lease = await leases.findOne({
      where: { id: LEASE_ID },
      lock: this.unitOfWork.forUpdate,
    });
    if (lease && lease.holder !== holder && lease.expiresAt > now && !this.isDead(lease.holder)) {
      return false;
    }
    const expiresAt = new Date(now.getTime() + LEASE_MS);
    if (lease) {
      await leases.update({ id: LEASE_ID }, { holder, expiresAt });
      return true;
    }
    // Two processes may find no row at once: one inserts it, the other's insert does nothing.
    await leases
      .createQueryBuilder()
      .insert()
      .values({ id: LEASE_ID, holder, expiresAt })
      .orIgnore()
      .execute();
    return leases.existsBy({ id: LEASE_ID, holder });
  }

  /** What has ended for certain need not be waited for after a crash; all else must run out. */
  private isDead(holder: string): boolean {
    if (livingHere.has(holder)) return false;
    const other = holderProcess(holder);
    return isSameProcess(other, this.self) || isSurelyDead(other, this.self, sightingOf);
  }
}

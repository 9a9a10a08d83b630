import { setImmediate } from 'node:timers/promises';
import type { Repository } from 'typeorm';
import { Vendor } from '../../src/vendor/vendor.entity.js';

const CALLERS = 600;

/** One way to the database, under test. */
export interface VendorStore {
  /** Runs `work` in a transaction, on a repository of that transaction. */
  inTransaction: (work: (vendors: Repository<Vendor>) => Promise<void>) => Promise<void>;
  /** A repository outside any transaction. */
  vendors: Repository<Vendor>;
}

export interface Outcome {
  /** Names that callers were told are stored. */
  acknowledged: string[];
  /** Names found afterwards. */
  stored: string[];
  /** Names of transactions that failed, as some reader saw them. */
  seenBeforeRollback: string[];
  /** What callers were told that did not mean to fail. */
  surprises: unknown[];
}

export function aVendor(name: string): Partial<Vendor> {
  const at = new Date('2026-11-24T10:00:00.123Z');
  return { name, contact: '', comments: '', createdAt: at, updatedAt: at };
}

class MeantToFail extends Error {}

/**
 * 600 callers at once: of every six, one writes in a transaction and throws, one saves without a
 * transaction, one reads, and three write two rows in a transaction.
 */
export async function runOverlappingWriters(store: VendorStore): Promise<Outcome> {
  const outcome: Outcome = { acknowledged: [], stored: [], seenBeforeRollback: [], surprises: [] };
  await Promise.all(
    Array.from({ length: CALLERS }, async (_, caller) => {
      try {
        outcome.acknowledged.push(...(await call(store, caller, outcome)));
      } catch (error) {
        if (!(error instanceof MeantToFail)) outcome.surprises.push(error);
      }
    }),
  );
  outcome.stored = (await store.vendors.find()).map((vendor) => vendor.name).sort();
  outcome.acknowledged.sort();
  return outcome;
}

async function call(store: VendorStore, caller: number, outcome: Outcome): Promise<string[]> {
  switch (caller % 6) {
    case 0:
      await store.inTransaction(async (vendors) => {
        await vendors.save(vendors.create(aVendor(`doomed ${caller}`)));
        await setImmediate();
        throw new MeantToFail();
      });
      return [];
    case 1:
      await store.vendors.save(store.vendors.create(aVendor(`plain ${caller}`)));
      return [`plain ${caller}`];
    case 2: {
      const names = (await store.vendors.find()).map((vendor) => vendor.name);
      outcome.seenBeforeRollback.push(...names.filter((name) => name.startsWith('doomed')));
      return [];
    }
    default:
      await store.inTransaction(async (vendors) => {
        await vendors.save(vendors.create(aVendor(`first ${caller}`)));
        await setImmediate();
        await vendors.insert(aVendor(`second ${caller}`));
      });
      return [`first ${caller}`, `second ${caller}`];
  }
}

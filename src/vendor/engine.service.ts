import { Injectable } from '@nestjs/common';
import { In, type Repository } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Engine } from './engine.entity.js';
import { isEngineName } from './vendor-name.rules.js';

/** How far the last times may lag, so that a scan of many platforms writes them once and not each time. */
const LAG_MS = 3_600_000;

/** MySQL and SQLite bound how many placeholders a query may have. */
const NAMES_A_QUERY = 500;

/** Every engine name that VirusTotal ever returned, byte for byte. */
@Injectable()
export class EngineService {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * The ids of engine names that a result holds; those not seen before are added, and of the others
   * it is kept that they were seen, to the hour.
   * @param at when the result was made
   * @returns the ids by name; a name that no column holds (empty, over 255 characters, control
   * characters; on MySQL also one that differs from a known one in spaces at its end alone) is not
   * among them, and its result must be dropped and reported
   */
  async ensure(names: Iterable<string>, at: Date): Promise<Map<string, number>> {
    // In one order for everybody, or two scans that add the same names could lock each other out.
    const wanted = [...new Set(names)].filter(isEngineName).sort();
    return this.unitOfWork.run(async () => {
      const known = await this.find(wanted);
      const names = new Set(known.map(({ name }) => name));
      const missing = wanted.filter((name) => !names.has(name));
      await this.add(missing, at);
      await this.markSeen(known, at);
      const added = await this.find(missing);
      return new Map([...known, ...added].map(({ id, name }) => [name, id]));
    });
  }

  /**
   * Keeps that these engines said something that flags or clears, to the hour. Inside the caller's
   * unit of work.
   * @param at when the result was made
   */
  async markAnswered(ids: Iterable<number>, at: Date): Promise<void> {
    const wanted = [...new Set(ids)];
    for (let start = 0; start < wanted.length; start += NAMES_A_QUERY) {
      const part = wanted.slice(start, start + NAMES_A_QUERY);
      const known = await this.engines.findBy({ id: In(part) });
      const lagging = known.filter(({ lastAnsweredAt }) => lags(lastAnsweredAt, at));
      if (lagging.length === 0) continue;
      await this.engines.update({ id: In(lagging.map(({ id }) => id)) }, { lastAnsweredAt: at });
    }
  }

  /** The names of engines, by id. */
  async namesOf(ids: Iterable<number>): Promise<Map<number, string>> {
    const wanted = [...new Set(ids)];
    const names = new Map<number, string>();
    for (let start = 0; start < wanted.length; start += NAMES_A_QUERY) {
      const part = wanted.slice(start, start + NAMES_A_QUERY);
      for (const { id, name } of await this.engines.findBy({ id: In(part) })) names.set(id, name);
    }
    return names;
  }

  /** Those of the names that VirusTotal has returned. */
  async existing(names: Iterable<string>): Promise<Set<string>> {
    const engines = await this.find([...new Set(names)]);
    return new Set(engines.map(({ name }) => name));
  }

  /** Whether VirusTotal has returned that very name. */
  async exists(name: string): Promise<boolean> {
    return (await this.existing([name])).has(name);
  }

  private async find(wanted: readonly string[]): Promise<Engine[]> {
    const exact = new Set(wanted);
    const found: Engine[] = [];
    for (let start = 0; start < wanted.length; start += NAMES_A_QUERY) {
      const part = wanted.slice(start, start + NAMES_A_QUERY);
      found.push(...(await this.engines.findBy({ name: In(part) })));
    }
    // MySQL takes a name that was asked for with spaces at its end for the one without.
    return found.filter(({ name }) => exact.has(name));
  }

  /** A name that another transaction adds at this moment is no error: it is read afterwards. */
  private async add(names: readonly string[], at: Date): Promise<void> {
    for (let start = 0; start < names.length; start += NAMES_A_QUERY) {
      const part = names.slice(start, start + NAMES_A_QUERY);
      await this.engines
        .createQueryBuilder()
        .insert()
        .values(part.map((name) => ({ name, firstSeenAt: at, lastSeenAt: at })))
        .orIgnore()
        .updateEntity(false)
        .execute();
    }
  }

  private async markSeen(known: readonly Engine[], at: Date): Promise<void> {
    const lagging = known.filter(({ lastSeenAt }) => lags(lastSeenAt, at));
    if (lagging.length === 0) return;
    await this.engines.update({ id: In(lagging.map(({ id }) => id)) }, { lastSeenAt: at });
  }

  private get engines(): Repository<Engine> {
    return this.unitOfWork.repository(Engine);
  }
}

function lags(last: Date | null, at: Date): boolean {
  return last === null || at.getTime() - last.getTime() >= LAG_MS;
}

import { Injectable } from '@nestjs/common';
import { In, type Repository } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Engine } from './engine.entity.js';
import { isEngineName } from './vendor-name.rules.js';

/** How far the last times may lag, so that a scan of many platforms writes them once and not each time. */
const LAG_MS = 3_600_000;

/** MySQL and SQLite bound how many placeholders a query may have. */
const NAMES_A_QUERY = 500;

/** What is remembered of an engine. */
interface KnownEngine {
  readonly id: number;
  readonly name: string;
  lastSeenAt: Date;
  lastAnsweredAt: Date | null;
}

/** Every engine name that VirusTotal ever returned, byte for byte. */
@Injectable()
export class EngineService {
  /**
   * Engines by name, as they were read or written last. A row is never deleted and its name never
   * changed, so that one that was committed once holds for every process; times may lag behind.
   */
  private readonly known = new Map<string, KnownEngine>();

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
      await this.learn(wanted);
      const known = wanted.flatMap((name) => this.known.get(name) ?? []);
      const missing = wanted.filter((name) => !this.known.has(name));
      await this.add(missing, at);
      await this.markSeen(known, at);
      // Not remembered: they may be undone with the caller's unit of work.
      const added = await this.find(missing);
      return new Map([...known, ...added].map(({ id, name }) => [name, id]));
    });
  }

  /** Reads those that are not known yet. */
  private async learn(wanted: readonly string[]): Promise<void> {
    const unknown = wanted.filter((name) => !this.known.has(name));
    if (unknown.length === 0) return;
    for (const { id, name, lastSeenAt, lastAnsweredAt } of await this.find(unknown)) {
      this.known.set(name, { id, name, lastSeenAt, lastAnsweredAt });
    }
  }

  /**
   * Keeps that these engines said something that flags or clears, to the hour. Inside the caller's
   * unit of work.
   * @param at when the result was made
   */
  async markAnswered(ids: Iterable<number>, at: Date): Promise<void> {
    const wanted = new Set(ids);
    const known = [...this.known.values()].filter(({ id }) => wanted.has(id));
    const knownIds = new Set(known.map(({ id }) => id));
    const others = [...wanted].filter((id) => !knownIds.has(id));
    // Not remembered: this very unit of work may have added them.
    const rows: KnownEngine[] =
      others.length === 0 ? [] : await this.engines.findBy({ id: In(others) });
    const lagging = [...known, ...rows].filter(({ lastAnsweredAt }) => lags(lastAnsweredAt, at));
    if (lagging.length === 0) return;
    await this.engines.update({ id: In(lagging.map(({ id }) => id)) }, { lastAnsweredAt: at });
    for (const engine of lagging) engine.lastAnsweredAt = at;
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

  private async markSeen(known: readonly KnownEngine[], at: Date): Promise<void> {
    const lagging = known.filter(({ lastSeenAt }) => lags(lastSeenAt, at));
    if (lagging.length === 0) return;
    await this.engines.update({ id: In(lagging.map(({ id }) => id)) }, { lastSeenAt: at });
    for (const engine of lagging) engine.lastSeenAt = at;
  }

  private get engines(): Repository<Engine> {
    return this.unitOfWork.repository(Engine);
  }
}

function lags(last: Date | null, at: Date): boolean {
  return last === null || at.getTime() - last.getTime() >= LAG_MS;
}

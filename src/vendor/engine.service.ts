import { Injectable } from '@nestjs/common';
import { In, IsNull, Not, type Repository } from 'typeorm';
import { chunksOf } from '../database/chunks.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { AnswerGaps } from './answer-gaps.service.js';
import { Engine } from './engine.entity.js';
import { type Answering, isSilent } from './engine-silence.rules.js';
import { presentOf, type Renames } from './renames.rules.js';
import { isEngineName } from './vendor-name.rules.js';

/** How far the last times may lag, so that a scan of many platforms writes them once and not each time. */
const LAG_MS = 3_600_000;

/** What is remembered of an engine. */
interface KnownEngine {
  readonly id: number;
  readonly name: string;
  readonly lastSeenAt: Date;
  readonly lastAnsweredAt: Date | null;
}

type Times = Partial<Pick<KnownEngine, 'lastSeenAt' | 'lastAnsweredAt'>>;

/** Every engine name that VirusTotal ever returned, byte for byte. */
@Injectable()
export class EngineService {
  /**
   * Engines by name, as they were read or written last. A row is never deleted and its name never
   * changed, so that one that was committed once holds for every process; times may lag behind.
   */
  private readonly known = new Map<string, KnownEngine>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly answerGaps: AnswerGaps,
  ) {}

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
    const rows: KnownEngine[] = await this.withIds(others);
    const lagging = [...known, ...rows].filter(({ lastAnsweredAt }) => lags(lastAnsweredAt, at));
    if (lagging.length > 0) await this.answerGaps.note(at);
    await this.write(lagging, { lastAnsweredAt: at });
  }

  /** What an engine's silence is measured by. */
  async answering(): Promise<Answering> {
    return this.answerGaps.answering();
  }

  /** The ids of the engines that are silent: they have said nothing for 30 days of others' answers. */
  async silentIds(): Promise<number[]> {
    const answering = await this.answering();
    const engines = await this.all();
    return engines
      .filter((engine) => isSilent(engine.lastAnsweredAt ?? engine.firstSeenAt, answering))
      .map(({ id }) => id);
  }

  /** The names of engines, by id. */
  async namesOf(ids: Iterable<number>): Promise<Map<number, string>> {
    const engines = await this.withIds([...new Set(ids)]);
    return new Map(engines.map(({ id, name }) => [id, name]));
  }

  /** The ids of those of the names that VirusTotal has returned. */
  async idsOf(names: Iterable<string>): Promise<Map<string, number>> {
    const wanted = [...new Set(names)];
    const known = wanted.flatMap((name) => this.known.get(name) ?? []);
    const others = await this.find(wanted.filter((name) => !this.known.has(name)));
    return new Map([...known, ...others].map(({ id, name }) => [name, id]));
  }

  /** Every engine, by name as the database sorts it. */
  async all(): Promise<Engine[]> {
    return this.engines.find({ order: { name: 'ASC' } });
  }

  /**
   * Every rename that a person confirmed and nobody took back.
   * @param heldIds engines whose present names stay so until the caller's unit of work ends: who
   *   writes something under a name that is replaced meanwhile would leave it behind
   */
  async renames(heldIds: readonly number[] = []): Promise<Renames> {
    const held = new Set<number>();
    for (;;) {
      const renames = await this.readRenames();
      const ends = new Set(heldIds.map((id) => presentOf(id, renames)));
      const missing = [...ends].filter((id) => !held.has(id));
      if (missing.length === 0 || this.unitOfWork.isSerial) return renames;
      await this.engines.find({
        select: { id: true },
        where: { id: In(missing) },
        lock: { mode: 'pessimistic_read' },
      });
      for (const id of missing) held.add(id);
    }
  }

  private async readRenames(): Promise<Renames> {
    const renamed = await this.engines.find({
      select: { id: true, renamedToId: true },
      where: { renamedToId: Not(IsNull()) },
    });
    return new Map(
      renamed.flatMap(({ id, renamedToId }) =>
        renamedToId === null ? [] : [[id, renamedToId] as const],
      ),
    );
  }

  /**
   * What engines are called now that somebody confirmed were renamed, by the id of the old name; an
   * engine that was not renamed is not among them.
   */
  async presentNames(): Promise<Map<number, string>> {
    const renames = await this.renames();
    if (renames.size === 0) return new Map();
    const ends = new Map([...renames.keys()].map((id) => [id, presentOf(id, renames)]));
    const names = await this.namesOf(ends.values());
    return new Map(
      [...ends].flatMap(([id, end]) => {
        const name = names.get(end);
        return name === undefined ? [] : [[id, name] as const];
      }),
    );
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
    for (const part of chunksOf(wanted)) {
      found.push(...(await this.engines.findBy({ name: In(part) })));
    }
    // MySQL takes a name that was asked for with spaces at its end for the one without.
    return found.filter(({ name }) => exact.has(name));
  }

  private async withIds(ids: readonly number[]): Promise<Engine[]> {
    const found: Engine[] = [];
    for (const part of chunksOf(ids)) found.push(...(await this.engines.findBy({ id: In(part) })));
    return found;
  }

  /** A name that another transaction adds at this moment is no error: it is read afterwards. */
  private async add(names: readonly string[], at: Date): Promise<void> {
    for (const part of chunksOf(names)) {
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
    await this.write(lagging, { lastSeenAt: at });
  }

  /**
   * Writes a time, by one statement as long as there is room for it. What was remembered is read
   * again when it is next asked for: the caller's unit of work may be undone.
   */
  private async write(engines: readonly KnownEngine[], times: Times): Promise<void> {
    for (const part of chunksOf(engines)) {
      await this.engines.update({ id: In(part.map(({ id }) => id)) }, times);
      for (const { name } of part) this.known.delete(name);
    }
  }

  private get engines(): Repository<Engine> {
    return this.unitOfWork.repository(Engine);
  }
}

function lags(last: Date | null, at: Date): boolean {
  return last === null || at.getTime() - last.getTime() >= LAG_MS;
}

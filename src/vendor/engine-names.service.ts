import { Injectable } from '@nestjs/common';
import { In, type Repository } from 'typeorm';
import { AuditTrail } from '../access/audit-trail.service.js';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { NotFoundError } from '../web/domain-error.js';
import { Engine } from './engine.entity.js';
import { RenameRefusedError } from './engine-rename.errors.js';

/** Engines that go on under another name, as people confirm it. */
@Injectable()
export class EngineNames {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Keeps that an engine is called otherwise now. Joins the caller's unit of work, which moves what
   * stands under the old name.
   * @throws NotFoundError, RenameRefusedError
   */
  async rename(fromId: number, toId: number): Promise<{ from: Engine; to: Engine }> {
    return this.unitOfWork.run(async () => {
      // In one order for everybody.
      const engines = await this.engines.find({
        where: { id: In([fromId, toId]) },
        order: { id: 'ASC' },
        lock: this.unitOfWork.forUpdate,
      });
      const from = engines.find(({ id }) => id === fromId);
      const to = engines.find(({ id }) => id === toId);
      if (!from || !to) throw new NotFoundError();
      // A chain ends at a name of today: one that was itself replaced is no target, so no ring closes.
      if (fromId === toId || from.renamedToId !== null || to.renamedToId !== null) {
        throw new RenameRefusedError();
      }
      await this.engines.update(fromId, { renamedToId: toId, renamedAt: this.clock.now() });
      await this.record('engine.renamed', from, { name: from.name }, { name: to.name });
      return { from, to };
    });
  }

  /**
   * Takes a rename back: the two are engines of their own again. What was moved stays with the new
   * name, whose next answers decide on it.
   * @throws NotFoundError, also for an engine that was not renamed
   */
  async separate(id: number): Promise<Engine> {
    return this.unitOfWork.run(async () => {
      const where = { id };
      const engine = await this.engines.findOne({ where, lock: this.unitOfWork.forUpdate });
      if (engine?.renamedToId == null) throw new NotFoundError();
      const now = await this.engines.findOneByOrFail({ id: engine.renamedToId });
      await this.engines.update(id, { renamedToId: null, renamedAt: null });
      await this.record('engine.separated', engine, { name: now.name }, { name: engine.name });
      return engine;
    });
  }

  /** The ids of an engine and of all that are called so now; none for a name never returned. */
  async idsOfLine(name: string): Promise<number[]> {
    const found = await this.engines.findBy({ name });
    // MySQL takes a name that was asked for with spaces at its end for the one without.
    const ids = found.filter((engine) => engine.name === name).map(({ id }) => id);
    for (let last = ids; last.length > 0;) {
      const before = await this.engines.findBy({ renamedToId: In(last) });
      last = before.map(({ id }) => id).filter((id) => !ids.includes(id));
      ids.push(...last);
    }
    return ids;
  }

  private async record(action: string, { id, name }: Engine, before: object, after: object) {
    const subject = { kind: 'engine', id, label: name };
    await this.audit.record({ action, subject, before: { ...before }, after: { ...after } });
  }

  private get engines(): Repository<Engine> {
    return this.unitOfWork.repository(Engine);
  }
}

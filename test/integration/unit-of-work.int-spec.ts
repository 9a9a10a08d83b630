import { setImmediate } from 'node:timers/promises';
import { migrate } from '../../src/database/migrate.js';
import { OutsideUnitOfWorkError } from '../../src/database/oju-data-source.js';
import { UnitOfWorkEndedError } from '../../src/database/transaction-context.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { type OpenDatabase, openDatabase } from '../support/open-database.js';
import { aVendor, runOverlappingWriters } from '../support/overlapping-writers.js';

/** A promise that a test settles itself. */
function signal(): { promise: Promise<void>; give: () => void } {
  let give: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { promise, give };
}

describeOnEachDatabase('Unit of work', (database) => {
  let open: OpenDatabase;

  beforeAll(async () => {
    open = await openDatabase(database());
    await migrate(open.dataSource);
  });
  beforeEach(async () => {
    await open.unitOfWork.repository(Vendor).deleteAll();
  });
  afterAll(async () => {
    await open.dataSource.destroy();
  });

  const names = async () =>
    (await open.unitOfWork.repository(Vendor).find()).map((vendor) => vendor.name).sort();
  const insert = async (name: string) => {
    await open.unitOfWork.repository(Vendor).insert(aVendor(name));
  };

  it('leaves exactly the committed rows of 600 overlapping callers, 100 of which fail', async () => {
    const { unitOfWork } = open;

    const outcome = await runOverlappingWriters({
      inTransaction: (work) => unitOfWork.run(() => work(unitOfWork.repository(Vendor))),
      vendors: unitOfWork.repository(Vendor),
    });

    expect(outcome.surprises).toEqual([]);
    expect(outcome.acknowledged).toHaveLength(700);
    expect(outcome.stored).toEqual(outcome.acknowledged);
    expect(outcome.seenBeforeRollback).toEqual([]);
  });

  it('lets a nested run join: it is undone with the outer one', async () => {
    const { unitOfWork } = open;
    const failure = new Error('outer');

    const running = unitOfWork.run(async () => {
      await insert('outer');
      await unitOfWork.run(() => insert('inner'));
      throw failure;
    });

    await expect(running).rejects.toBe(failure);
    expect(await names()).toEqual([]);
  });

  it('gives back what the work returns', async () => {
    expect(await open.unitOfWork.run(() => Promise.resolve(42))).toBe(42);
  });

  it('does last steps after all else and once a key, undoes them too, and needs to be open', async () => {
    const { unitOfWork } = open;
    const done: string[] = [];
    const lastly = (key: string, name: string) => {
      unitOfWork.lastly(key, async () => {
        await insert(name);
        done.push(name);
      });
    };
    await unitOfWork.run(async () => {
      lastly('a', 'replaced');
      lastly('b', 'second');
      await unitOfWork.run(async () => {
        lastly('a', 'third');
        await insert('first');
        done.push('first');
      });
    });
    expect(done).toEqual(['first', 'second', 'third']);
    expect(await names()).toEqual(['first', 'second', 'third']);

    const failing = unitOfWork.run(async () => {
      await insert('undone');
      unitOfWork.lastly('c', () => Promise.reject(new Error('at the end')));
    });
    await expect(failing).rejects.toThrow('at the end');
    expect(await names()).toEqual(['first', 'second', 'third']);
    expect(() => {
      lastly('d', 'never');
    }).toThrow('no unit of work');
  });

  it('refuses every way past it, and the transaction can still end well', async () => {
    const { dataSource, unitOfWork } = open;
    const runner = dataSource.createQueryRunner();
    const outsideRepository = unitOfWork.repository(Vendor);

    await unitOfWork.run(async () => {
      await insert('before');
      await expect(dataSource.query('SELECT 1')).rejects.toThrow(OutsideUnitOfWorkError);
      await expect(dataSource.getRepository(Vendor).find()).rejects.toThrow(OutsideUnitOfWorkError);
      await expect(outsideRepository.save(aVendor('past'))).rejects.toThrow(OutsideUnitOfWorkError);
      await expect(dataSource.transaction(() => Promise.resolve())).rejects.toThrow(
        OutsideUnitOfWorkError,
      );
      expect(() => dataSource.createQueryRunner()).toThrow(OutsideUnitOfWorkError);
      await expect(runner.query('SELECT 1')).rejects.toThrow(OutsideUnitOfWorkError);
      await insert('after');
    });

    await runner.release();
    expect(await names()).toEqual(['after', 'before']);
  });

  it('undoes all when one of several writes at once fails', async () => {
    const running = open.unitOfWork.run(async () => {
      await insert('twin');
      await Promise.all([insert('a'), insert('twin'), insert('b'), insert('c')]);
    });

    await expect(running).rejects.toThrow(/unique|duplicate/i);
    expect(await names()).toEqual([]);
    await open.unitOfWork.run(() => insert('next'));
    expect(await names()).toEqual(['next']);
  });

  it('does not let a promise that outlives it write through its ended transaction', async () => {
    const { unitOfWork } = open;
    const ended = signal();
    let straggler: Promise<unknown> = Promise.resolve();

    await unitOfWork.run(async () => {
      const vendors = unitOfWork.repository(Vendor);
      straggler = ended.promise.then(() => vendors.insert(aVendor('late')));
      await insert('in time');
    });
    ended.give();

    await expect(straggler).rejects.toThrow(UnitOfWorkEndedError);
    expect(await names()).toEqual(['in time']);
  });

  it.each(['insert', 'save'] as const)(
    'lets nothing of a failed unit through, however late an unawaited %s comes',
    async (method) => {
      const { unitOfWork } = open;
      for (let ticks = 0; ticks < 60; ticks += 1) {
        const stragglers: Promise<unknown>[] = [];
        const running = unitOfWork.run(() => {
          const vendors = unitOfWork.repository(Vendor);
          stragglers.push(
            afterTicks(ticks).then(async () => {
              await vendors[method](aVendor(`late ${ticks}`));
            }),
          );
          return Promise.reject(new Error('work failed'));
        });
        await expect(running).rejects.toThrow('work failed');
        await Promise.allSettled(stragglers);
      }

      expect(await names()).toEqual([]);
    },
  );

  it('is not held up by a nested transaction that nobody awaited', async () => {
    const { unitOfWork } = open;
    const never = signal();

    const running = unitOfWork.run(async () => {
      const begun = signal();
      void unitOfWork.manager
        .transaction(() => {
          begun.give();
          return never.promise;
        })
        .catch(() => undefined);
      await begun.promise;
      await insert('lost');
    });

    await expect(running).rejects.toThrow(UnitOfWorkEndedError);
    expect(await names()).toEqual([]);
    never.give();
    await unitOfWork.run(() => insert('next'));
    expect(await names()).toEqual(['next']);
  });

  it('shows other requests nothing before it commits', async () => {
    const { unitOfWork } = open;
    const written = signal();
    const proceed = signal();

    const running = unitOfWork.run(async () => {
      await insert('held');
      written.give();
      await proceed.promise;
      throw new Error('rolled back');
    });
    await written.promise;
    // On MySQL it is answered meanwhile, on SQLite it stands in line.
    const read = names();
    await setImmediate();
    proceed.give();

    await expect(running).rejects.toThrow('rolled back');
    expect(await read).toEqual([]);
  });

  it('locks what is read for update, so that no increment is lost', async () => {
    const { unitOfWork } = open;
    await insert('counter');

    await Promise.all(
      Array.from({ length: 40 }, () =>
        unitOfWork.run(async () => {
          const counter = await unitOfWork
            .repository(Vendor)
            .findOneOrFail({ where: { name: 'counter' }, lock: unitOfWork.forUpdate });
          await setImmediate();
          await unitOfWork
            .repository(Vendor)
            .update(counter.id, { comments: String(Number(counter.comments) + 1) });
        }),
      ),
    );

    const counter = await unitOfWork.repository(Vendor).findOneByOrFail({ name: 'counter' });
    expect(counter.comments).toBe('40');
  });

  it('runs a transaction anew that lost a deadlock, also when the loser passed over it', async () => {
    const { unitOfWork } = open;
    await insert('left');
    await insert('right');
    const holds = { left: signal(), right: signal() };
    let attempts = 0;

    const lockBoth = (first: 'left' | 'right', second: 'left' | 'right') =>
      unitOfWork.run(async () => {
        attempts += 1;
        await append(first);
        holds[first].give();
        if (!unitOfWork.isSerial) await holds[second].promise;
        // A careless service: without the loss being remembered, half of its work would stay.
        await append(second).catch(() => undefined);
      });
    const append = (name: string) =>
      unitOfWork.repository(Vendor).update({ name }, { comments: () => "CONCAT(comments, '+')" });

    await Promise.all([lockBoth('left', 'right'), lockBoth('right', 'left')]);

    const found = await unitOfWork.repository(Vendor).find();
    expect(found.map((vendor) => vendor.comments)).toEqual(['++', '++']);
    expect(attempts).toBe(unitOfWork.isSerial ? 2 : 3);
  });

  it('reads on MySQL what others have committed meanwhile', async () => {
    const { unitOfWork } = open;
    if (unitOfWork.isSerial) return; // nobody commits meanwhile
    await insert('first');
    const wasRead = signal();
    const wasChanged = signal();

    const reading = unitOfWork.run(async () => {
      const before = await names();
      wasRead.give();
      await wasChanged.promise;
      return { before, after: await names() };
    });
    await wasRead.promise;
    await unitOfWork.run(() => insert('second'));
    wasChanged.give();

    expect(await reading).toEqual({ before: ['first'], after: ['first', 'second'] });
  });
});

async function afterTicks(ticks: number): Promise<void> {
  for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
}

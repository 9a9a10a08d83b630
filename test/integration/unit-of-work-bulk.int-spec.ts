import { transactionContext as outside } from '../../src/database/transaction-context.js';
import { Vendor } from '../../src/vendor/vendor.entity.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { watchEventLoop } from '../support/event-loop.js';
import { type OpenDatabase, withMigratedDatabase } from '../support/open-database.js';
import { aVendor } from '../support/overlapping-writers.js';

describeOnEachDatabase('a bulk unit of work', (database) => {
  let open: OpenDatabase;
  withMigratedDatabase(database, (opened) => (open = opened));
  beforeEach(async () => {
    await open.unitOfWork.run(() => vendors().deleteAll());
  });

  const vendors = () => open.unitOfWork.repository(Vendor);
  const names = async () => (await vendors().find()).map(({ name }) => name).sort();
  const add = (name: string) => vendors().insert(aVendor(name));

  it('writes everything or nothing', async () => {
    await open.unitOfWork.runBulk(async () => {
      await add('one');
      await add('two');
    });
    const broken = open.unitOfWork.runBulk(async () => {
      await add('three');
      throw new Error('no');
    });

    await expect(broken).rejects.toThrow('no');
    expect(await names()).toEqual(['one', 'two']);
  });

  it('is read past by others while it is open, and kept waiting for by writers', async () => {
    let written: Promise<unknown> = Promise.resolve();
    const seen: string[][] = [];
    await open.unitOfWork.runBulk(async () => {
      await add('inside');
      seen.push(await names());
      // Not part of it: begun by somebody else, whom the transaction's context does not reach.
      seen.push(await outside.exit(names));
      written = outside.exit(() => open.unitOfWork.run(() => add('outside')));
    });
    await written;

    expect(seen).toEqual([['inside'], []]);
    expect(await names()).toEqual(['inside', 'outside']);
  });

  it('runs long statements without holding up the event loop', async () => {
    const eventLoop = watchEventLoop();
    await open.unitOfWork.runBulk(async () => {
      const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
        WHERE i < 150000)`;
      if (database().kind === 'mysql') await sql('SET max_recursive_iterations = 1000000');
      await sql(`INSERT INTO vendors (name, contact, comments, created_at, updated_at)
        ${numbers} SELECT CONCAT('V', i), '', '', '2026-01-01 00:00:00.000',
        '2026-01-01 00:00:00.000' FROM n`);
    });

    expect(eventLoop.stop()).toBeLessThan(100);
    expect(await vendors().count()).toBe(150_000);
  });

  it('tells of a statement that fails by the error that the database gave', async () => {
    await add('twice');
    const twice = open.unitOfWork.runBulk(() => add('twice'));

    await expect(twice).rejects.toMatchObject({
      driverError: { code: expect.stringMatching(/^(SQLITE_CONSTRAINT_UNIQUE|ER_DUP_ENTRY)$/) },
    });
  });

  const sql = (text: string) => open.unitOfWork.manager.query<unknown>(text);
});

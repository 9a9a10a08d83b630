import { setTimeout as delay } from 'node:timers/promises';
import { Session } from '../../src/access/session.entity.js';
import { User } from '../../src/access/user.entity.js';
import { migrate, pendingMigrations } from '../../src/database/migrate.js';
import { MIGRATIONS } from '../../src/database/migrations.js';
import type { OjuDataSource } from '../../src/database/oju-data-source.js';
import { ScanTask } from '../../src/scan/scan-task.entity.js';
import { Scan } from '../../src/scan/scan.entity.js';
import { Engine } from '../../src/vendor/engine.entity.js';
import { BudgetUsage } from '../../src/virustotal/budget-usage.entity.js';
import { VirusTotalSettings } from '../../src/virustotal/virustotal-settings.entity.js';
import { describeOnEachEmptyDatabase, type TestDatabase } from '../support/databases.js';
import { HelperProcess, startOnDatabase } from '../support/helper-process.js';
import type { DatabaseTask } from '../support/database-process.js';
import { openDatabase } from '../support/open-database.js';

const NAMES = MIGRATIONS.map((migration) => migration.name);
/** In statements, of some 120 on SQLite and 100 on MySQL, where a later start has fewer to do. */
const HALF_WAY = 30;
const WAIT_FOR_WHAT_MUST_NOT_END_MS = 1_000;
const KILLED_AFTER = {
  sqlite: [2, 17, 45, 66, 80, 89, 102, 113, 122],
  mysql: [2, 5, 8, 11, 14, 17, 12, 12, 14, 8, 9, 18, 18, 13, 14],
};

const AT = "'2026-11-24 09:00:00.123'";
const URL = "'https://a.example/'";
const ROWS_BELOW_THINNING = [
  `INSERT INTO virustotal_settings (id, scan_frequency_days, requests_per_minute, requests_per_day,
     requests_per_month, reserve_percent, updated_at) VALUES (1, 3, 4, 500, 15500, 10, ${AT})`,
  `INSERT INTO platforms (id, name, url, url_key, owner_name, owner_email, tags, notes, state,
     created_at, updated_at) VALUES (7, 'A', ${URL}, ${URL}, '', '', '[]', '', 'clean', ${AT}, ${AT})`,
  // Both databases take a name in backquotes.
  `INSERT INTO scans (id, \`trigger\`, state, is_over_all, created_at, finished_at)
     VALUES (5, 'api', 'completed', 1, ${AT}, ${AT})`,
  `INSERT INTO scan_tasks (id, scan_id, platform_id, state, position)
     VALUES (9, 5, 7, 'completed', 0)`,
];

const ROWS_BELOW_ACCESS_LINKS = [
  `INSERT INTO users (id, email, password_hash, role, is_active, created_at)
     VALUES (7, 'ada@example.com', 'x', 'admin', 1, ${AT})`,
  `INSERT INTO sessions (id_hash, user_id, data, created_at, touched_at, expires_at)
     VALUES ('x', 7, '{}', ${AT}, ${AT}, ${AT})`,
];

jest.setTimeout(60_000);

describeOnEachEmptyDatabase('Migrations', (database) => {
  beforeEach(() => empty(database()));
  afterEach(() => HelperProcess.killAll());

  it('go up, agree with the entities, go down one by one, and go up again', async () => {
    await onDatabase(database(), async (dataSource) => {
      expect(await pendingMigrations(dataSource)).toEqual(NAMES);
      expect(await migrate(dataSource)).toEqual(NAMES);
      expect(await pendingMigrations(dataSource)).toEqual([]);
      expect(await drift(dataSource)).toEqual([]);

      for (let left = NAMES.length; left > 0; left -= 1) {
        await dataSource.undoLastMigration();
        expect(await pendingMigrations(dataSource)).toEqual(NAMES.slice(left - 1));
      }
      expect(await tables(dataSource)).toEqual(['migrations']);

      expect(await migrate(dataSource)).toEqual(NAMES);
    });
    await expectWhole(database());
  });

  it('do nothing the second time', async () => {
    await onDatabase(database(), async (dataSource) => {
      await migrate(dataSource);
      expect(await migrate(dataSource)).toEqual([]);
    });
  });

  it('carry over when engines answered and what was spent, and back', async () => {
    await onDatabase(database(), async (dataSource) => {
      await migrateBelow(dataSource, 'AnsweredAndKeyUsage');
      const [at, readAt] = ['2026-11-24 09:00:00.123', '2026-11-24 08:00:00.456'];
      await dataSource.query(
        `INSERT INTO engines (name, first_seen_at, last_seen_at) VALUES ('ESET', '${readAt}', '${at}')`,
      );
      const counted = 'period, used, used_by_others, allowed, read_at';
      const rows = `('2026-11-24', 3, 1, 500, '${readAt}'), ('2026-11', 7, 0, NULL, NULL)`;
      await dataSource.query(`INSERT INTO budget_usage (${counted}) VALUES ${rows}`);
      const spent = await dataSource.query<object[]>('SELECT * FROM budget_usage ORDER BY period');

      await migrate(dataSource);
      expect(await dataSource.getRepository(Engine).find()).toMatchObject([
        { lastSeenAt: new Date(`${at}Z`), lastAnsweredAt: new Date(`${at}Z`) },
      ]);
      expect(
        await dataSource.getRepository(BudgetUsage).find({ order: { period: 'ASC' } }),
      ).toMatchObject([
        { keyId: '', period: '2026-11', used: 7, usedByOthers: 0, allowed: null, readAt: null },
        { keyId: '', period: '2026-11-24', used: 3, usedByOthers: 1, allowed: 500 },
      ]);

      await migrateBelow(dataSource, 'AnsweredAndKeyUsage');
      expect(await dataSource.query('SELECT * FROM budget_usage ORDER BY period')).toEqual(spent);
    });
  });

  it('keep settings, scans and their tasks where they get columns for thinning, and lose them', async () => {
    await onDatabase(database(), async (dataSource) => {
      await migrateBelow(dataSource, 'Thinning');
      for (const row of ROWS_BELOW_THINNING) await dataSource.query(row);
      const rows = async () => [
        await dataSource.query<object[]>('SELECT * FROM virustotal_settings'),
        await dataSource.query<object[]>('SELECT * FROM scans'),
        await dataSource.query<object[]>('SELECT * FROM scan_tasks'),
      ];
      const before = await rows();

      await migrate(dataSource);
      expect(await dataSource.getRepository(VirusTotalSettings).find()).toMatchObject([
        { scanFrequencyDays: 3, keepDetailsDays: null },
      ]);
      expect(await dataSource.getRepository(Scan).find()).toMatchObject([
        { id: 5, thinnedCompleted: 0, thinnedFlagged: 0 },
      ]);
      expect(await dataSource.getRepository(ScanTask).find()).toMatchObject([{ id: 9, scanId: 5 }]);

      await migrateBelow(dataSource, 'Thinning');
      expect(await rows()).toEqual(before);
    });
  });

  it('mark the tasks that others joined', async () => {
    await onDatabase(database(), async (dataSource) => {
      await migrateBelow(dataSource, 'ScanLocks');
      for (const row of ROWS_BELOW_THINNING) await dataSource.query(row);
      await dataSource.query(`INSERT INTO scan_tasks (id, scan_id, platform_id, state, position,
        joined_task_id) VALUES (10, 5, 7, 'completed', 1, 9)`);

      await migrate(dataSource);
      expect(await dataSource.getRepository(ScanTask).find({ order: { id: 'ASC' } })).toMatchObject(
        [
          { id: 9, isJoined: true },
          { id: 10, isJoined: false },
        ],
      );
    });
  });

  it('keep users and their sessions where they get second factors, and lose those', async () => {
    await onDatabase(database(), async (dataSource) => {
      await migrateBelow(dataSource, 'AccessLinks');
      for (const row of ROWS_BELOW_ACCESS_LINKS) await dataSource.query(row);
      const rows = async () => [
        await dataSource.query<object[]>('SELECT * FROM users'),
        await dataSource.query<object[]>('SELECT * FROM sessions'),
      ];
      const before = await rows();

      await migrate(dataSource);
      expect(await dataSource.getRepository(User).find()).toMatchObject([
        { id: 7, email: 'ada@example.com', totpCiphertext: null, totpEnabledAt: null },
      ]);
      expect(await dataSource.getRepository(Session).find()).toMatchObject([{ userId: 7 }]);

      await migrateBelow(dataSource, 'AccessLinks');
      expect(await rows()).toEqual(before);
    });
  });

  it('make columns that MySQL compares byte for byte, whatever the default of the database', async () => {
    if (database().kind !== 'mysql') return; // SQLite does so by itself
    const { columns, defaults } = await onDatabase(database(), async (dataSource) => {
      await migrate(dataSource);
      return {
        columns: await dataSource.query<{ place: string; collation: string }[]>(
          `SELECT CONCAT(table_name, '.', column_name) AS place, collation_name AS collation
           FROM information_schema.columns WHERE table_schema = DATABASE()
           AND collation_name IS NOT NULL AND table_name <> 'migrations'`,
        ),
        defaults: await dataSource.query<{ collation: string }[]>(
          'SELECT @@collation_database AS collation',
        ),
      };
    });

    expect(defaults).toEqual([{ collation: 'utf8mb4_general_ci' }]);
    expect(columns.length).toBeGreaterThan(40);
    expect(columns.filter(({ collation }) => !/^(utf8mb4|ascii)_bin$/.test(collation))).toEqual([]);
  });

  it('run once when two processes start at the same moment', async () => {
    const starts = [startOnDatabase(database()), startOnDatabase(database())];

    for (const start of starts) expect(await start.ended()).toEqual({ code: 0, complaints: '' });
    await expectWhole(database());
  });

  it('run once when a process starts in the middle of the migrations of another', async () => {
    await startInTheMiddleOfAnother(database());
    await expectWhole(database());
  });

  it('would run twice without the lock: the same test finds it', async () => {
    const whole = startInTheMiddleOfAnother(database(), 'no lock').then(() =>
      expectWhole(database()),
    );
    await expect(whole).rejects.toThrow();
  });

  it('survive being killed anywhere, one start after the other', async () => {
    for (const haltAfter of KILLED_AFTER[database().kind]) {
      const start = startOnDatabase(database(), { haltAfter });
      await start.saw('halted');
      await start.kill();
    }

    expect(await startOnDatabase(database()).ended()).toEqual({ code: 0, complaints: '' });
    await expectWhole(database());
  });

  it('would never come up on MySQL with a step that does not check: the same test finds it', async () => {
    const fault = 'unchecked step';
    const start = startOnDatabase(database(), { fault, haltInside: true });
    await start.saw('halted');
    await start.kill();

    const { code, complaints } = await startOnDatabase(database(), { fault }).ended();

    if (database().kind === 'mysql') expect(complaints).toContain('already exists');
    else expect(code).toBe(0);
  });
});

async function onDatabase<T>(
  database: TestDatabase,
  work: (dataSource: OjuDataSource) => Promise<T>,
): Promise<T> {
  const { dataSource } = await openDatabase(database);
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/** Brings the schema to where the migration of that name has yet to run. */
async function migrateBelow(dataSource: OjuDataSource, name: string): Promise<void> {
  await migrate(dataSource);
  const later =
    MIGRATIONS.length - MIGRATIONS.findIndex((migration) => migration.name.startsWith(name));
  for (let undone = 0; undone < later; undone += 1) await dataSource.undoLastMigration();
}

function empty(database: TestDatabase): Promise<void> {
  return onDatabase(database, (dataSource) => dataSource.dropDatabase());
}

/** The statements that would make the schema what the entities say. */
async function drift(dataSource: OjuDataSource): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}

async function tables(dataSource: OjuDataSource): Promise<string[]> {
  const rows = await dataSource.query<{ name: string }[]>(
    dataSource.options.type === 'better-sqlite3'
      ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'sqlite_sequence'"
      : 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
  );
  return rows.map(({ name }) => name);
}

/** Every migration ran, none ran twice, and the schema is what the entities say. */
async function expectWhole(database: TestDatabase): Promise<void> {
  await onDatabase(database, async (dataSource) => {
    const recorded = await dataSource.query<{ name: string }[]>(
      'SELECT name FROM migrations ORDER BY id',
    );
    expect(recorded.map(({ name }) => name)).toEqual(NAMES);
    expect(await drift(dataSource)).toEqual([]);
  });
}

async function startInTheMiddleOfAnother(
  database: TestDatabase,
  fault?: DatabaseTask['fault'],
): Promise<void> {
  const first = startOnDatabase(database, { fault, haltAfter: HALF_WAY });
  await first.saw('halted');
  const second = startOnDatabase(database, { fault });
  await second.saw('connected');
  // It must wait for the first. If it does not, this is long enough for it to end.
  await Promise.race([second.ended(), delay(WAIT_FOR_WHAT_MUST_NOT_END_MS)]);
  first.tell('go on');
  for (const start of [first, second]) {
    expect(await start.ended()).toEqual({ code: 0, complaints: '' });
  }
}

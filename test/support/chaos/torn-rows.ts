import type { TestDatabase } from '../databases.js';
import { openDatabase } from '../open-database.js';
import type { TornRows } from './facts.js';

/**
 * Looks into the database behind the application's back, in one statement, so that what it sees is
 * one instant. Verdicts, alert and the end of the task are one transaction: none is there alone.
 */
export async function tornRows(database: TestDatabase): Promise<TornRows> {
  const { dataSource } = await openDatabase(database);
  try {
    const flagged = "t.platform_id = a.platform_id AND t.state = 'completed' AND t.is_flagged = 1";
    const rows = await dataSource.query<{ alertsAlone: unknown; flagsAlone: unknown }[]>(
      `SELECT
        (SELECT COUNT(*) FROM alerts a
          WHERE NOT EXISTS (SELECT 1 FROM scan_tasks t WHERE ${flagged})) AS alertsAlone,
        (SELECT COUNT(*) FROM scan_tasks t WHERE t.state = 'completed' AND t.is_flagged = 1
          AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.platform_id = t.platform_id)) AS flagsAlone`,
    );
    return { alertsAlone: Number(rows[0]?.alertsAlone), flagsAlone: Number(rows[0]?.flagsAlone) };
  } finally {
    await dataSource.destroy();
  }
}

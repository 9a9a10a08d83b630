/**
 * A second process that writes to the same SQLite file, as the `oju` command does. Plain
 * JavaScript, so that it runs without being compiled. It goes on at each line on its input.
 *
 *   node writer-process.mjs FILE hold MS      takes the write lock, writes, commits after MS
 *   node writer-process.mjs FILE write COUNT  writes rows one by one, each in a transaction
 */
import Database from 'better-sqlite3';

const [, , file, mode, amount] = process.argv;
const database = new Database(file, { timeout: 30_000 });
const insert = database.prepare(
  `INSERT INTO vendors (name, contact, comments, created_at, updated_at)
   VALUES (?, '', '', '2026-11-24 10:00:00.123', '2026-11-24 10:00:00.123')`,
);

if (mode === 'hold') {
  database.exec('BEGIN IMMEDIATE');
  insert.run('held by the other process');
  console.log('holding');
  setTimeout(() => {
    database.exec('COMMIT');
    console.log('released');
    database.close();
  }, Number(amount));
} else {
  const write = database.transaction((name) => insert.run(name));
  console.log('writing');
  for (let row = 0; row < Number(amount); row += 1) {
    write.immediate(`other ${row}`);
    // Lets the lock go for a moment, or a writer that waits politely would never get it.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  console.log('written');
  database.close();
}

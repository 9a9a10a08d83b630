/**
 * A throw-away MariaDB behind a process that a test spawns with a channel: it says `{ url }` once it
 * runs, takes `kill`, `start` and `stop`, and answers each with `{ done }`. It ends with its parent.
 */
import { startMariadb } from '../../scripts/mariadb.mjs';

const database = await startMariadb();
process.on('message', async (command) => {
  await database[command]();
  process.send({ done: command });
  if (command === 'stop') process.exit(0);
});
process.on('disconnect', async () => {
  await database.stop();
  process.exit(0);
});
process.send({ url: database.url });

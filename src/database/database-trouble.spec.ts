import { QueryFailedError } from 'typeorm';
import { isDatabaseTrouble } from './database-trouble.js';

const ofQuery = (details: object) =>
  new QueryFailedError('UPDATE', [], Object.assign(new Error('no'), details));
const ofConnection = (details: object) => Object.assign(new Error('no'), details);

describe('isDatabaseTrouble', () => {
  it.each([
    ['SQLite, busy', ofQuery({ code: 'SQLITE_BUSY' })],
    ['SQLite, busy with a snapshot', ofQuery({ code: 'SQLITE_BUSY_SNAPSHOT' })],
    ['SQLite, full', ofQuery({ code: 'SQLITE_FULL' })],
    ['SQLite, the disk fails', ofQuery({ code: 'SQLITE_IOERR_WRITE' })],
    ['SQLite, read-only', ofQuery({ code: 'SQLITE_READONLY' })],
    ['SQLite, the file is gone', ofQuery({ code: 'SQLITE_CANTOPEN' })],
    ['MySQL, refused', ofConnection({ code: 'ECONNREFUSED', fatal: true })],
    ['MySQL, not found', ofConnection({ code: 'ENOTFOUND' })],
    ['MySQL, lost', ofQuery({ code: 'PROTOCOL_CONNECTION_LOST', fatal: true })],
    ['MySQL, a connection that was closed before', ofQuery({ fatal: true })],
    [
      'MySQL, too many connections',
      ofConnection({ code: 'ER_CON_COUNT_ERROR', sqlState: '08004' }),
    ],
    ['MySQL, shutting down', ofQuery({ code: 'ER_SERVER_SHUTDOWN', sqlState: '08S01' })],
    ['MariaDB, killed', ofQuery({ errno: 1927, sqlState: '70100' })],
    ['MySQL, full', ofQuery({ code: 'ER_RECORD_FILE_FULL', sqlState: 'HY000' })],
    ['MySQL, read-only', ofQuery({ code: 'ER_OPTION_PREVENTS_STATEMENT', sqlState: 'HY000' })],
    ['MySQL, deadlock', ofQuery({ code: 'ER_LOCK_DEADLOCK', sqlState: '40001' })],
    ['MySQL, waited too long', ofQuery({ code: 'ER_LOCK_WAIT_TIMEOUT', sqlState: 'HY000' })],
  ])('is true: %s', (_, error) => {
    expect(isDatabaseTrouble(error)).toBe(true);
  });

  it.each([
    ['SQLite, a rule of the table', ofQuery({ code: 'SQLITE_CONSTRAINT_NOTNULL' })],
    ['SQLite, a value of another type', ofQuery({ code: 'SQLITE_MISMATCH' })],
    ['SQLite, no such column', ofQuery({ code: 'SQLITE_ERROR' })],
    ['MySQL, a value that is too long', ofQuery({ code: 'ER_DATA_TOO_LONG', sqlState: '22001' })],
    ['MySQL, one that is there', ofQuery({ code: 'ER_DUP_ENTRY', sqlState: '23000' })],
    ['MySQL, one that is referred to', ofQuery({ code: 'ER_NO_REFERENCED_ROW_2' })],
    ['a bug', new TypeError('Cannot read properties of undefined')],
    ['a file of another kind', ofConnection({ code: 'ENOENT' })],
    ['a text', 'SQLITE_BUSY'],
    ['nothing', null],
  ])('is false: %s', (_, error) => {
    expect(isDatabaseTrouble(error)).toBe(false);
  });
});

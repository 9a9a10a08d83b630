import { QueryFailedError } from 'typeorm';
import { isDeadlock } from './mysql-query-runner.js';

/** SQLite: held by another process, no room, or the file or its disk fails. */
const SQLITE_TROUBLE =
  /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|NOMEM|PERM|INTERRUPT|CORRUPT|NOTADB|PROTOCOL)(_|$)/;

/** The way to a MySQL server, by the codes of Node and of the driver. */
const CONNECTION_TROUBLE =
  /^(ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|PROTOCOL_\w+)$/;

/** SQLSTATE classes of MySQL: the connection failed, or somebody at the server ended the query. */
const STATE_TROUBLE = /^(08|70)/;

/** What a MySQL server says when it cannot serve anybody, whatever was asked. */
const SERVER_TROUBLE = new Set([
  'ER_ACCESS_DENIED_ERROR',
  'ER_BAD_DB_ERROR',
  'ER_CANT_CREATE_FILE',
  'ER_DBACCESS_DENIED_ERROR',
  'ER_DISK_FULL',
  'ER_ERROR_ON_WRITE',
  'ER_GET_ERRNO',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_OUTOFMEMORY',
  'ER_OUT_OF_RESOURCES',
  'ER_READ_ONLY_MODE',
  'ER_RECORD_FILE_FULL',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_USER_LIMIT_REACHED',
]);

/**
 * True for an error that says that the database is away, full, or kept busy by others, and so
 * nothing of what was to be written: the same will do once the database is well. False for one that
 * refuses what was written, and for every error that is not a database's.
 */
export function isDatabaseTrouble(error: unknown): boolean {
  if (isDeadlock(error)) return true;
  const { code, fatal, sqlState } = driverError(error);
  // The MySQL driver marks every error that ends its connection, some of which have no code.
  if (fatal === true || (typeof sqlState === 'string' && STATE_TROUBLE.test(sqlState))) return true;
  if (typeof code !== 'string') return false;
  return SQLITE_TROUBLE.test(code) || CONNECTION_TROUBLE.test(code) || SERVER_TROUBLE.has(code);
}

interface DriverError {
  code?: unknown;
  fatal?: unknown;
  sqlState?: unknown;
}

/** A connection that could not be opened fails with the driver's own error. */
function driverError(error: unknown): DriverError {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return typeof cause === 'object' && cause !== null ? cause : {};
}

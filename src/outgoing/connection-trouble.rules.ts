import type { OutgoingReason } from './outgoing.error.js';

const REASON_OF_CODE: Readonly<Record<string, OutgoingReason>> = {
  ECONNREFUSED: 'connectionRefused',
  EDNS: 'unknownHost',
  ENOTFOUND: 'unknownHost',
  EAI_AGAIN: 'unknownHost',
  ENODATA: 'unknownHost',
  ETIMEDOUT: 'timeout',
  ECONNABORTED: 'timeout',
  ERR_CANCELED: 'timeout',
  EABORT: 'timeout',
  ECONNRESET: 'brokenOff',
  ECONNECTION: 'brokenOff',
  ERR_STREAM_PREMATURE_CLOSE: 'brokenOff',
  EPIPE: 'brokenOff',
  // axios' word for a body that ended before its time.
  ERR_BAD_RESPONSE: 'brokenOff',
  EHOSTUNREACH: 'connectionRefused',
  ENETUNREACH: 'connectionRefused',
  ETLS: 'tls',
  EPROTO: 'tls',
  ESOCKET: 'brokenOff',
};

/** OpenSSL's reasons to distrust a certificate, as Node passes them on, and Node's own. */
const TLS_CODE = /^ERR_(SSL|TLS)_|CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|HOSTNAME_MISMATCH/;

/**
 * What the code of a connection's error means, of Node's sockets and of the libraries over them;
 * null when it is none of a connection.
 */
export function connectionTrouble(code: string | undefined): OutgoingReason | null {
  if (code === undefined) return null;
  return REASON_OF_CODE[code] ?? (TLS_CODE.test(code) ? 'tls' : null);
}

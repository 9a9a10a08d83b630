import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A mail as it arrived. */
interface ArrivedMail {
  /** Who it was for, as the server was told (not what its headers say). */
  recipients: string[];
  parsed: ParsedMail;
  /** Of the header `To`. */
  to: string[];
}

/** A real SMTP server on loopback, which keeps what it takes. */
export interface MailServer {
  readonly port: number;
  readonly mails: ArrivedMail[];
  /** The next mail that arrives, or one that has arrived since the last call. */
  next(): Promise<ArrivedMail>;
  close(): Promise<void>;
}

/** Starts one; without options it takes any mail from anybody, without TLS. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: ArrivedMail[] = [];
  const waiting: ((mail: ArrivedMail) => void)[] = [];
  let read = 0;
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    logger: false,
    onData: (stream, session, done) => {
      simpleParser(stream).then((parsed) => {
        const mail = {
          recipients: session.envelope.rcptTo.map(({ address }) => address),
          parsed,
          to: addressesOf(parsed.to),
        };
        mails.push(mail);
        waiting.shift()?.(mail);
        done();
      }, done);
    },
    ...options,
  });
  // A client that breaks off is the tests' business, not the server's.
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    next: () => {
      read += 1;
      const there = mails[read - 1];
      return there ? Promise.resolve(there) : new Promise((resolve) => waiting.push(resolve));
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

function addressesOf(header: AddressObject | AddressObject[] | undefined): string[] {
  return [header ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address ?? ''));
}

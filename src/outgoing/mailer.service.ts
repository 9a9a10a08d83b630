import { Injectable, Logger } from '@nestjs/common';
import { isEmail } from 'class-validator';
import type { Transporter } from 'nodemailer';
import { AppConfig } from '../config/app-config.js';
import { Clock } from '../config/clock.js';
import { connectionTrouble } from './connection-trouble.rules.js';
import { OutgoingError } from './outgoing.error.js';

/**
 * From looking the mail server up to its last answer, ms. RFC 5321 (4.5.3.2.6) would wait ten
 * minutes after the body; this is what fits in the time that a delivery has.
 */
export const MAIL_BOUND_MS = 90_000;

const BOUNDS = {
  connectionTimeout: 15_000,
  greetingTimeout: 15_000,
  socketTimeout: MAIL_BOUND_MS,
  dnsTimeout: 10_000,
};

/** Loopback needs no TLS: nobody listens there who could not read the settings. */
const LOOPBACK = /^(localhost|127\.[\d.]+|\[::1\])$/;

/** One mail to one person. */
export interface Mail {
  /** One mail address, without a name. */
  to: string;
  /** Line ends and other control characters become spaces. */
  subject: string;
  text: string;
  html?: string;
  /** What tells this mail from every other, as `LOCAL@DOMAIN`: the same when it is sent again. */
  messageId?: string;
  /** What mails of one thread have in common, of the same form. */
  threadId?: string;
  /** Further headers, by name; each value is one line. */
  headers?: Record<string, string>;
  /** Gives the mail up. */
  signal?: AbortSignal;
}

/** What nodemailer's errors carry; the message may repeat what the server wrote, and is not used. */
interface MailFailure {
  code?: string;
  originalCode?: string;
  responseCode?: number;
  response?: string;
  /** What was being said when it failed. */
  command?: string;
}

/** What a mail carries through nodemailer beside its content. */
interface Watched {
  /** Called when the server took the last byte of the body, of which it has yet to say anything. */
  onBodySent?: () => void;
}

/** Where a refusal is of the recipient or of the mail, and of neither Oju nor its sender. */
const REFUSED_MAIL: readonly string[] = ['RCPT TO', 'DATA'];

/**
 * Sends mail through the server of SMTP_URL. A password in that address is only sent over TLS,
 * unless the server is on this machine or the address says `?requireTLS=false`. nodemailer is loaded
 * when the first mail is sent: no page waits for it.
 */
@Injectable()
export class Mailer {
  private readonly logger = new Logger('Mail');
  private transport: Promise<Transporter> | null = null;

  constructor(
    private readonly config: AppConfig,
    private readonly clock: Clock,
  ) {}

  /** False when SMTP_URL is not set: whoever would send a mail has to do without. */
  get isConfigured(): boolean {
    return this.config.mail !== null;
  }

  /**
   * Sends one mail, within {@link MAIL_BOUND_MS}. Never call it inside a unit of work.
   * @throws OutgoingError when the server did not take it, or there is none
   */
  async send({
    to,
    subject,
    text,
    html,
    messageId,
    threadId,
    headers,
    signal,
  }: Mail): Promise<void> {
    const { mail } = this.config;
    if (!mail) throw new OutgoingError('mailNotConfigured');
    if (!isEmail(to)) throw new OutgoingError('mailRecipient');
    this.transport ??= load(mail.url);
    const transport = await this.transport;
    const isOver = new AbortController();
    const timeOut = new AbortController();
    const giveUp = () => {
      timeOut.abort();
    };
    void this.clock.sleep(MAIL_BOUND_MS, isOver.signal).then(giveUp);
    signal?.addEventListener('abort', giveUp);
    if (signal?.aborted) giveUp();
    let isBodySent = false;
    const watched: Watched = {
      onBodySent: () => {
        isBodySent = true;
      },
    };
    try {
      await transport.sendMail({
        ...watched,
        from: mail.from,
        // Not as text, in which a comma would make two recipients.
        to: { name: '', address: to },
        subject: subject.replace(/\p{Cc}+/gu, ' '),
        text,
        html,
        date: this.clock.now(),
        ...(messageId === undefined ? {} : { messageId: `<${messageId}>` }),
        ...(threadId === undefined
          ? {}
          : { inReplyTo: `<${threadId}>`, references: [`<${threadId}>`] }),
        // RFC 3834: no absence note is to answer what a program wrote.
        headers: { 'Auto-Submitted': 'auto-generated', ...headers },
        signal: timeOut.signal,
      });
    } catch (error) {
      throw this.understand(error as MailFailure, new URL(mail.url).hostname, isBodySent);
    } finally {
      isOver.abort();
      signal?.removeEventListener('abort', giveUp);
    }
  }

  private understand(failure: MailFailure, host: string, isBodySent: boolean): OutgoingError {
    const { code, originalCode, responseCode, response, command = '' } = failure;
    // What the server wrote helps an operator, and the log redacts it; nobody else is shown it.
    if (response !== undefined) this.logger.warn(`${host} answered: ${inOneLine(response)}`);
    if (code === 'EAUTH' || code === 'ENOAUTH') return new OutgoingError('mailSignIn', { host });
    if (responseCode !== undefined) {
      // RFC 5321: what begins with 5 is for good.
      const isFinal = responseCode >= 500 && REFUSED_MAIL.includes(command);
      return new OutgoingError('mailRejected', { host, status: responseCode }, { isFinal });
    }
    const reason = connectionTrouble(originalCode) ?? connectionTrouble(code) ?? 'mailFailed';
    return new OutgoingError(reason, { host }, { isUncertain: isBodySent });
  }
}

async function load(smtpUrl: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  const { hostname, password, searchParams } = new URL(smtpUrl);
  const isLeftToUrl = searchParams.has('requireTLS') || searchParams.has('ignoreTLS');
  const transport = createTransport({
    url: smtpUrl,
    ...BOUNDS,
    ...(password !== '' && !LOOPBACK.test(hostname) && !isLeftToUrl ? { requireTLS: true } : {}),
    // A body is text that Oju made; it never names a file or an address to read from.
    disableFileAccess: true,
    disableUrlAccess: true,
    // The protocol's log would have the password in it.
    logger: false,
    debug: false,
    transactionLog: false,
  });
  transport.use('stream', ({ data, message }, done) => {
    const createReadStream = message.createReadStream.bind(message);
    // The body is read when the server has answered DATA, and not before.
    message.createReadStream = (options) =>
      createReadStream(options).once('end', () => (data as Watched).onBodySent?.());
    done();
  });
  return transport;
}

function inOneLine(response: string): string {
  return response.replace(/\p{Cc}+/gu, ' ').slice(0, 300);
}

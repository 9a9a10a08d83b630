import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Logger } from '@nestjs/common';
import type { SMTPServerOptions } from 'smtp-server';
import { createAppConfig } from '../../src/config/app-config.js';
import { SystemClock } from '../../src/config/clock.js';
import { MAIL_BOUND_MS, type Mail, Mailer } from '../../src/outgoing/mailer.service.js';
import { OutgoingError } from '../../src/outgoing/outgoing.error.js';
import { translator } from '../../src/web/translator.js';
import { FakeClock } from '../support/fake-clock.js';
import { freePort } from '../support/free-port.js';
import { type MailServer, startMailServer } from '../support/mail-server.js';

const PASSWORD = 'p@ss/word:1';
const MAIL: Mail = { to: 'ada@example.org', subject: 'Hello', text: 'A text.' };

function mailerFor(url: string, clock = new SystemClock()): Mailer {
  const config = createAppConfig({ SMTP_URL: url, MAIL_FROM: 'Oju <oju@example.org>' });
  return new Mailer(config, clock);
}

/** The one sentence that a failed mail ends in. */
async function complaint(mailer: Mailer, mail: Mail = MAIL): Promise<string> {
  const error: unknown = await mailer.send(mail).then(
    () => null,
    (failure: unknown) => failure,
  );
  if (!(error instanceof OutgoingError)) throw new Error(`No OutgoingError: ${String(error)}`);
  expect(JSON.stringify(error) + (error.stack ?? '')).not.toContain(PASSWORD);
  return translator()(error.messageKey, error.details.params);
}

describe('mail', () => {
  let servers: { close: () => unknown }[] = [];
  let logged: string[] = [];

  beforeEach(() => {
    logged = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line) => logged.push(String(line)));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await Promise.all(servers.map((server) => server.close()));
    servers = [];
  });

  async function started(options?: SMTPServerOptions): Promise<MailServer> {
    const server = await startMailServer(options);
    servers.push(server);
    return server;
  }

  /** A server that greets with `line` (or never), and then is silent. */
  async function silent(line: string | null) {
    const sockets = new Set<{ destroy: () => void }>();
    const server: Server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      if (line) socket.write(line);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push({
      close: () => {
        sockets.forEach((socket) => {
          socket.destroy();
        });
        server.close();
      },
    });
    return { port: (server.address() as AddressInfo).port, reached: once(server, 'connection') };
  }

  it('arrives with its sender, recipient, subject and both bodies', async () => {
    const server = await started();
    const mailer = mailerFor(`smtp://127.0.0.1:${server.port}`);
    await mailer.send({ ...MAIL, subject: 'Grüße', text: 'Ein Text: ü', html: '<p>Ein Text</p>' });
    const { parsed, recipients, to } = await server.next();

    expect(mailer.isConfigured).toBe(true);
    expect(recipients).toEqual(['ada@example.org']);
    expect(to).toEqual(['ada@example.org']);
    expect(parsed.from?.text).toBe('"Oju" <oju@example.org>');
    expect(parsed.subject).toBe('Grüße');
    expect(parsed.text?.trim()).toBe('Ein Text: ü');
    expect(parsed.html).toContain('<p>Ein Text</p>');
  });

  it('signs in with the user and the password of the address', async () => {
    const seen: unknown[] = [];
    const server = await started({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (auth, _session, done) => {
        seen.push([auth.username, auth.password]);
        done(null, { user: auth.username });
      },
    });
    const login = `oju%40example.org:${encodeURIComponent(PASSWORD)}`;
    await mailerFor(`smtp://${login}@127.0.0.1:${server.port}`).send(MAIL);

    expect(seen).toEqual([['oju@example.org', PASSWORD]]);
  });

  it('makes no header and no recipient of what somebody typed', async () => {
    const server = await started();
    const mailer = mailerFor(`smtp://127.0.0.1:${server.port}`);
    const hostile = 'Hello\r\nBcc: eve@example.net\r\n\r\nAnother body\u0000';
    await mailer.send({ ...MAIL, subject: hostile });
    const { parsed, recipients } = await server.next();

    expect(recipients).toEqual(['ada@example.org']);
    expect(parsed.bcc).toBeUndefined();
    expect(parsed.headers.has('bcc')).toBe(false);
    expect(parsed.subject).toBe('Hello Bcc: eve@example.net Another body');
    expect(parsed.text?.trim()).toBe('A text.');
  });

  it.each([
    'ada@example.org, eve@example.net',
    'ada@example.org\r\nBcc: eve@example.net',
    'ada@example.org>\r\nRCPT TO:<eve@example.net',
    'Ada <ada@example.org>',
    'ada',
    '',
  ])('refuses the recipient %j', async (to) => {
    const server = await started();
    const mailer = mailerFor(`smtp://127.0.0.1:${server.port}`);

    expect(await complaint(mailer, { ...MAIL, to })).toBe(
      'The recipient takes one mail address such as ada@example.org.',
    );
    expect(server.mails).toEqual([]);
  });

  it('is not sent without a mail server, and says so', async () => {
    const mailer = new Mailer(createAppConfig({}), new SystemClock());

    expect(mailer.isConfigured).toBe(false);
    expect(await complaint(mailer)).toContain('SMTP_URL and MAIL_FROM are not set');
  });

  it('says that the sign-in was refused, and keeps the password to itself', async () => {
    const server = await started({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (auth, _session, done) => {
        done(Object.assign(new Error(`no: ${auth.password ?? ''}`), { responseCode: 535 }));
      },
    });
    const url = `smtp://oju:${encodeURIComponent(PASSWORD)}@127.0.0.1:${server.port}`;

    expect(await complaint(mailerFor(url))).toBe(
      'The mail server 127.0.0.1 does not accept the sign-in of SMTP_URL.',
    );
    // What the server wrote goes through the log, which takes the password out.
    expect(logged).toHaveLength(1);
  });

  it('says with which answer the server did not take the mail', async () => {
    const server = await started({
      onRcptTo: (_address, _session, done) => {
        done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
      },
    });

    expect(await complaint(mailerFor(`smtp://127.0.0.1:${server.port}`))).toBe(
      'The mail server 127.0.0.1 does not take the mail (answer 550).',
    );
    expect(logged.join()).toContain('no such mailbox');
  });

  it('trusts no certificate that nobody vouches for', async () => {
    const server = await started({ hideSTARTTLS: false });

    expect(await complaint(mailerFor(`smtp://127.0.0.1:${server.port}`))).toContain(
      'No safe connection to 127.0.0.1',
    );
    expect(server.mails).toEqual([]);
  });

  it('sends no password in the clear to another machine', async () => {
    const seen: unknown[] = [];
    const server = await started({
      allowInsecureAuth: true,
      onAuth: (auth, _session, done) => {
        seen.push(auth.password);
        done(null, { user: 'oju' });
      },
    });
    // This machine, by an address that is none of loopback's.
    const login = `oju:${encodeURIComponent(PASSWORD)}`;
    const mailer = mailerFor(`smtp://${login}@0.0.0.0:${server.port}`);

    expect(await complaint(mailer)).toContain('No safe connection to 0.0.0.0');
    expect(seen).toEqual([]);
  });

  it('says that nobody listens, or that the name is not known', async () => {
    const port = await freePort();

    expect(await complaint(mailerFor(`smtp://127.0.0.1:${port}`))).toBe(
      '127.0.0.1 refuses connections.',
    );
    expect(await complaint(mailerFor('smtp://mail.invalid:25'))).toBe(
      'The name mail.invalid is not known.',
    );
  });

  it.each([
    ['never greets', null],
    ['greets and is silent then', '220 deaf ESMTP\r\n'],
  ])('gives up on a server that %s', async (_what, line) => {
    const clock = new FakeClock();
    const { port, reached } = await silent(line);
    const failed = complaint(mailerFor(`smtp://127.0.0.1:${port}`, clock));
    await reached;
    await clock.advance(MAIL_BOUND_MS);

    expect(await failed).toBe('127.0.0.1 did not answer in time.');
  });
});

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import type { SMTPServer, SMTPServerOptions } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import type { User } from '../../src/access/user.entity.js';
import type { UserService } from '../../src/access/user.service.js';
import { createAppConfig } from '../../src/config/app-config.js';
import { SystemClock } from '../../src/config/clock.js';
import type { ChannelKind, OpenedChannel } from '../../src/notification/channel-kind.js';
import type { Channel } from '../../src/notification/channel.entity.js';
import { DeliveryError } from '../../src/notification/delivery.error.js';
import { EmailKind } from '../../src/notification/kinds/email/email.kind.js';
import { JsonDelivery } from '../../src/notification/kinds/json-delivery.js';
import { SlackKind } from '../../src/notification/kinds/slack/slack.kind.js';
import { WebhookKind } from '../../src/notification/kinds/webhook/webhook.kind.js';
import { makeSecret } from '../../src/notification/kinds/webhook/webhook-signature.js';
import type { Message } from '../../src/notification/message.js';
import { GuardedHttp, HEADERS_BOUND_MS } from '../../src/outgoing/guarded-http.service.js';
import { HostResolver } from '../../src/outgoing/host-resolver.js';
import { MAIL_BOUND_MS, Mailer } from '../../src/outgoing/mailer.service.js';
import { FakeClock } from '../support/fake-clock.js';
import { type MailServer, startMailServer } from '../support/mail-server.js';
import { startWebServer, type WebServer } from '../support/web-server.js';

const HOSTILE =
  'x</td><script>alert(1)</script>\r\nBcc: eve@example.net\r\n\r\n<!channel> @channel';

const MESSAGE: Message = {
  id: 'msg_1',
  type: 'alert.opened',
  timestamp: new Date('2026-03-02T09:00:00.000Z'),
  severity: 'high',
  data: {
    id: '12',
    platform: { id: '3', name: `Main ${HOSTILE}`, url: 'https://www.example.org/' },
    state: 'new',
    severity: 'high',
    detections: [{ engine: 'ESET', category: 'malicious', result: HOSTILE, state: 'detected' }],
  },
  isReminder: false,
  recipient: '',
};

const SECRET = makeSecret();
const never = new AbortController().signal;

/** What came of sending: a status, or why it failed. */
async function outcome(sent: Promise<{ status: number | null }>) {
  try {
    return await sent;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    const { message: reason, status, isFinal, isUncertain, retryAfterMs } = error;
    expect(JSON.stringify(error) + (error.stack ?? '')).not.toContain('very-secret');
    return { reason, status, isFinal, isUncertain, retryAfterMs };
  }
}

const refusal = () => Object.assign(new Error('not from there'), { responseCode: 554 });

describe('a channel that is sent a message', () => {
  let servers: { close: () => unknown }[] = [];

  beforeEach(() => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await Promise.all(servers.map((server) => server.close()));
    servers = [];
  });

  async function serving(
    answer: (request: IncomingMessage, response: ServerResponse, body: string) => unknown,
  ): Promise<WebServer> {
    const server = await startWebServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => (body += part));
      request.on('end', () => answer(request, response, body));
    });
    servers.push(server);
    return server;
  }

  async function mailing(options?: SMTPServerOptions): Promise<MailServer> {
    const server = await startMailServer(options);
    servers.push(server);
    return server;
  }

  const open = (config: object, secret: unknown, tellsOwner = true): OpenedChannel<never, never> =>
    ({ channel: { tellsOwner } as Channel, config, secret }) as OpenedChannel<never, never>;

  function hooks({ clock = new SystemClock(), resolver = new HostResolver(), allow = true } = {}) {
    const config = createAppConfig({
      OJU_BASE_URL: 'https://oju.example.org',
      ...(allow ? { OJU_OUTGOING_ALLOW: '127.0.0.0/8' } : {}),
    });
    const delivery = new JsonDelivery(new GuardedHttp(config, clock, resolver), clock);
    const to = (kind: ChannelKind<never, never>, url: string) => (message: Message) =>
      kind === slack
        ? kind.send(open({ host: '', urlHint: '' }, { url }), message, never)
        : kind.send(open({ url }, { current: SECRET, formers: [] }), message, never);
    const slack: ChannelKind<never, never> = new SlackKind(delivery, config);
    const webhook: ChannelKind<never, never> = new WebhookKind(delivery, clock);
    return {
      webhook: (url: string, message = MESSAGE) => outcome(to(webhook, url)(message)),
      slack: (url: string, message = MESSAGE) => outcome(to(slack, url)(message)),
    };
  }

  function mails(port: number, clock = new SystemClock(), reader: Partial<User> | null = null) {
    const config = createAppConfig({
      OJU_BASE_URL: 'https://oju.example.org',
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      MAIL_FROM: 'Oju <oju@example.org>',
    });
    const users: Pick<UserService, 'findByEmail'> = {
      findByEmail: () => Promise.resolve(reader as User | null),
    };
    const kind = new EmailKind(new Mailer(config, clock), config, users as UserService);
    return (message: Partial<Message> = {}, tellsOwner = true) => {
      const channel = open({ to: ['ada@example.org'] }, null, tellsOwner);
      return outcome(kind.send(channel, { ...MESSAGE, ...message }, never));
    };
  }

  describe('by webhook', () => {
    it('gets Standard Webhooks: signed, the same id and body on every try', async () => {
      const seen: { id: unknown; body: string; type: unknown }[] = [];
      const { origin } = await serving((request, response, body) => {
        const headers = request.headers as Record<string, string>;
        new Webhook(SECRET).verify(body, headers);
        expect(() => new Webhook(makeSecret()).verify(body, headers)).toThrow();
        seen.push({ id: headers['webhook-id'], body, type: headers['content-type'] });
        response.writeHead(204).end();
      });
      const { webhook } = hooks();
      expect(await webhook(`${origin}/hook`)).toEqual({ status: 204 });
      expect(await webhook(`${origin}/hook`)).toEqual({ status: 204 });

      const { type, data, timestamp } = MESSAGE;
      const body = JSON.stringify({ type, timestamp: timestamp.toISOString(), data });
      const once = { id: 'msg_1', body, type: 'application/json' };
      expect(seen).toEqual([once, once]);
    });

    it.each<[number, string | null, object]>([
      [
        500,
        null,
        { isFinal: false, retryAfterMs: null, reason: expect.stringContaining('server error') },
      ],
      [410, null, { isFinal: true, reason: expect.stringContaining('no more') }],
      [404, null, { isFinal: false, reason: expect.stringContaining('no such address') }],
      [401, null, { isFinal: false }],
      [400, null, { isFinal: false }],
      [429, '120', { isFinal: false, retryAfterMs: 120_000 }],
      [503, 'Mon, 02 Mar 2026 09:01:00 GMT', { isFinal: false, retryAfterMs: 60_000 }],
    ])('that answers %i (Retry-After %s)', async (status, retryAfter, expected) => {
      const { origin } = await serving((_request, response) => {
        if (retryAfter) response.setHeader('retry-after', retryAfter);
        response.writeHead(status).end('<h1>very-secret words of the other side</h1>');
      });
      const { webhook } = hooks({ clock: new FakeClock() });
      expect(await webhook(`${origin}/very-secret`)).toMatchObject({ status, ...expected });
    });

    it('that sends on elsewhere is not followed, and says so', async () => {
      const target = await serving((_request, response) => response.end());
      const { origin } = await serving((_request, response) =>
        response.writeHead(301, { location: `${target.origin}/secret` }).end(),
      );
      expect(await hooks().webhook(origin)).toMatchObject({
        status: 301,
        isFinal: false,
        reason: expect.stringContaining('does not follow'),
      });
      expect(target.asked).toEqual([]);
    });

    it.each([200, 500])(
      'that answers %i and then a gigabyte is read no further',
      async (status) => {
        let sent = 0;
        const part = Buffer.alloc(64 * 1024);
        const { origin } = await serving((_request, response) => {
          response.writeHead(status);
          const write = () => {
            while (sent < 1024 ** 3 && !response.destroyed) {
              sent += part.length;
              if (!response.write(part)) {
                response.once('drain', write);
                return;
              }
            }
          };
          write();
        });
        expect(await hooks().webhook(origin)).toMatchObject({ status });
        expect(sent).toBeLessThan(64 * 1024 * 1024);
      },
    );

    it('that says nothing is given up after its time, and tried again', async () => {
      const clock = new FakeClock();
      const { origin, server } = await serving(() => undefined);
      const asked = once(server, 'request');
      const sent = hooks({ clock }).webhook(origin);
      await asked;
      await clock.advance(HEADERS_BOUND_MS);
      expect(await sent).toMatchObject({
        status: null,
        isFinal: false,
        isUncertain: true,
        reason: '127.0.0.1 did not answer in time.',
      });
    });

    it('is sent nothing at an address that is not public, however it is written', async () => {
      const { origin, port, asked } = await serving((_request, response) => response.end());
      const resolver = new HostResolver();
      resolver.resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
      const { webhook, slack } = hooks({ allow: false, resolver });
      for (const url of [
        'http://169.254.169.254/latest/meta-data/',
        origin,
        `http://2130706433:${port}/`,
      ]) {
        for (const send of [webhook, slack]) {
          expect([url, await send(url)]).toEqual([
            url,
            expect.objectContaining({
              isFinal: true,
              reason: expect.stringContaining('not public'),
            }),
          ]);
        }
      }
      // Where a name leads to may be another place in an hour.
      expect(await webhook(`http://innocent.example.org:${port}/`)).toMatchObject({
        isFinal: false,
        isUncertain: false,
        reason: expect.stringContaining('not public'),
      });
      expect(asked).toEqual([]);
    });
  });

  it('by an incoming webhook gets JSON that calls nobody', async () => {
    const bodies: string[] = [];
    const { origin, asked } = await serving((_request, response, body) => {
      bodies.push(body);
      response.end('ok');
    });
    expect(await hooks().slack(`${origin}/services/very-secret`)).toEqual({ status: 200 });
    expect(asked).toEqual(['POST /services/very-secret']);
    const { text, attachments } = JSON.parse(bodies[0] ?? '') as {
      text: string;
      attachments: { title_link: string }[];
    };
    expect(text).toContain('is flagged by 1 engine');
    expect(attachments[0]?.title_link).toBe('https://oju.example.org/alerts/12');
    expect(bodies.join()).not.toMatch(/<!channel>|@channel|<script/);
  });

  describe('by mail', () => {
    it('gets one that is text and HTML, in the thread of its alert, and no header of anybody’s', async () => {
      const server = await mailing();
      const send = mails(server.port);
      await send();
      await send({ id: 'msg_2', isReminder: true, recipient: 'owner@example.org' });
      const [first, second] = [await server.next(), await server.next()];

      expect(first.recipients).toEqual(['ada@example.org']);
      expect(first.to).toEqual(['ada@example.org']);
      expect(first.parsed.subject).toMatch(/^High: Main x<\/td><script>.*is flagged by 1 engine$/);
      expect(first.parsed.bcc).toBeUndefined();
      expect(first.parsed.text).toContain('ESET: malicious (x</td><script>alert(1)</script> Bcc:');
      expect(first.parsed.html).not.toMatch(/<script/);
      expect(first.parsed.html).toContain('href="https://oju.example.org/alerts/12"');
      expect(first.parsed.messageId).toBe('<msg_1@oju.example.org>');
      expect(first.parsed.headers.get('auto-submitted')).toBe('auto-generated');
      expect(first.parsed.headers.has('x-oju-reminder')).toBe(false);
      for (const { parsed } of [first, second]) {
        expect(parsed.inReplyTo).toBe('<alert-12@oju.example.org>');
        expect(parsed.references).toBe('<alert-12@oju.example.org>');
      }
      expect(second.recipients).toEqual(['owner@example.org']);
      expect(second.parsed.subject).toMatch(/^Reminder: /);
      expect(second.parsed.headers.get('x-oju-reminder')).toBe('yes');
      expect(second.parsed.text).toContain('named as the owner');
      expect(second.parsed.messageId).toBe('<msg_2@oju.example.org>');
    });

    it.each([
      [550, true],
      [451, false],
      [421, false],
    ])('whose server says %i is done with: %s', async (responseCode, isFinal) => {
      const { port } = await mailing({
        onRcptTo: (_address, _session, done) => {
          done(Object.assign(new Error('very-secret words'), { responseCode }));
        },
      });
      expect(await mails(port)()).toMatchObject({
        status: responseCode,
        isFinal,
        reason: expect.stringContaining(`answer ${responseCode}`),
      });
    });

    it('gets it in the language and the time zone that its user chose', async () => {
      const server = await mailing({});
      const send = mails(server.port, undefined, { language: 'fr', timeZone: 'Europe/Paris' });
      await send({ data: { ...MESSAGE.data, openedAt: '2026-03-02T09:00:00.000Z' } });
      const { subject, text, html } = (await server.next()).parsed;
      expect(subject).toMatch(/^Élevée\u00a0: Main .* est signalée par 1 moteur$/);
      expect(text).toContain('Ouverte depuis\u00a0: 02/03/2026 10:00 UTC+1');
      expect(text).toContain('ESET\u00a0: malveillant');
      expect(html).toContain('<html lang="fr">');
    });

    it('gets it later when its server greylists it at first', async () => {
      let tries = 0;
      const server = await mailing({
        onRcptTo: (_address, _session, done) => {
          tries += 1;
          done(tries === 1 ? Object.assign(new Error('later'), { responseCode: 451 }) : null);
        },
      });
      const send = mails(server.port);
      expect(await send()).toMatchObject({ isFinal: false });
      expect(await send()).toEqual({ status: null });
      expect((await server.next()).parsed.messageId).toBe('<msg_1@oju.example.org>');
    });

    it('gets nothing more at an address that was taken out', async () => {
      const server = await mailing();
      const recipient = 'former@example.org';
      expect(await mails(server.port)({ recipient }, false)).toMatchObject({ isFinal: true });
      expect(server.mails).toEqual([]);
    });

    it('whose server drops the line after DATA is tried again', async () => {
      const { port } = await mailing({
        onData(this: SMTPServer, stream) {
          stream.resume().once('end', () => {
            for (const connection of this.connections as Set<{ _socket: { destroy(): void } }>) {
              connection._socket.destroy();
            }
          });
        },
      });
      expect(await mails(port)()).toMatchObject({
        status: null,
        isFinal: false,
        isUncertain: true,
      });
    });

    it('whose server is slow to confirm it is waited for, and if in vain then nobody knows', async () => {
      const clock = new FakeClock();
      let took = (): void => undefined;
      const taken = () => new Promise<void>((resolve) => (took = resolve));
      let confirm = (): void => undefined;
      const { port } = await mailing({
        onData: (stream, _session, done) => {
          stream.resume().once('end', () => {
            confirm = done;
            took();
          });
        },
      });
      const send = mails(port, clock);
      let isThere = taken();
      const slow = send();
      await isThere;
      await clock.advance(75_000);
      confirm();
      expect(await slow).toEqual({ status: null });
      isThere = taken();
      const silent = send();
      await isThere;
      await clock.advance(MAIL_BOUND_MS);
      expect(await silent).toMatchObject({ status: null, isFinal: false, isUncertain: true });
    });

    it.each<[string, SMTPServerOptions]>([
      [
        'at the greeting',
        {
          onConnect: (_session, done) => {
            done(refusal());
          },
        },
      ],
      [
        'for its sender',
        {
          onMailFrom: (_address, _session, done) => {
            done(refusal());
          },
        },
      ],
    ])('whose server refuses %s is tried again', async (_where, options) => {
      const { port } = await mailing(options);
      expect(await mails(port)()).toMatchObject({ isFinal: false, isUncertain: false });
    });

    it('whose server refuses what it says is done with', async () => {
      const { port } = await mailing({
        onData: (stream, _session, done) => {
          stream.resume().once('end', () => {
            done(refusal());
          });
        },
      });
      expect(await mails(port)()).toMatchObject({ status: 554, isFinal: true, isUncertain: false });
    });

    it('whose server hangs is given up after its time, and tried again', async () => {
      const clock = new FakeClock();
      const deaf = createServer((socket) => socket.on('error', () => undefined));
      deaf.listen(0, '127.0.0.1');
      await once(deaf, 'listening');
      const sockets: { destroy: () => void }[] = [];
      deaf.on('connection', (socket) => sockets.push(socket));
      servers.push({
        close: () => {
          for (const socket of sockets) socket.destroy();
          deaf.close();
        },
      });
      const reached = once(deaf, 'connection');
      const sent = mails((deaf.address() as AddressInfo).port, clock)();
      await reached;
      await clock.advance(MAIL_BOUND_MS);
      expect(await sent).toMatchObject({
        isFinal: false,
        isUncertain: false,
        reason: '127.0.0.1 did not answer in time.',
      });
    });
  });
});

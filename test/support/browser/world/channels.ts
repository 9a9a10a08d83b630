import type { ApiClient } from '../../app.js';
import { eventually } from '../../eventually.js';
import { startWebServer, type WebServer } from '../../web-server.js';

/** Channels of every kind, and one whose messages do not all arrive. */
export class Receivers {
  readonly ids: Record<'email' | 'webhook' | 'slack' | 'broken', string> = {
    email: '',
    webhook: '',
    slack: '',
    broken: '',
  };

  private constructor(
    private readonly server: WebServer,
    private readonly api: ApiClient,
  ) {}

  static async start(api: ApiClient): Promise<Receivers> {
    const server = await startWebServer((request, response) => {
      request.resume();
      response.writeHead(request.url === '/broken' ? 500 : 204).end();
    });
    const receivers = new Receivers(server, api);
    const hook = (path: string) => ({ url: server.origin + path });
    const { ids } = receivers;
    ids.email = await receivers.make('email', 'The team', { to: ['team@example.org'] });
    ids.webhook = await receivers.make('webhook', 'The SIEM of the whole house', hook('/siem'));
    ids.slack = await receivers.make('slack', 'Chat', hook('/services/T000/B000/secret-1234'));
    ids.broken = await receivers.make('webhook', 'One that is broken', hook('/broken'));
    return receivers;
  }

  /** Until each has been told of something. */
  async told(): Promise<void> {
    for (const id of [this.ids.webhook, this.ids.broken]) {
      await eventually(
        async () => {
          const { body } = await this.api.get(`/deliveries?channelId=${id}`);
          return (body as { data: { attempts: unknown[] }[] }).data;
        },
        (deliveries) => deliveries.some(({ attempts }) => attempts.length > 0),
      );
    }
  }

  async stop(): Promise<void> {
    await this.server.close();
  }

  private async make(kind: string, name: string, config: object): Promise<string> {
    const { body } = await this.api
      .post('/channels', { kind, name, mode: 'each', config })
      .expect(201);
    return (body as { data: { id: string } }).data.id;
  }
}

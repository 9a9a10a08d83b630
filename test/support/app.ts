import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { type CheerioAPI, load } from 'cheerio';
import { ApiTokenService } from '../../src/access/api-token.service.js';
import type { Role, Scope } from '../../src/access/rights.js';
import { Tries } from '../../src/access/tries.entity.js';
import { UserService } from '../../src/access/user.service.js';
import { AppModule } from '../../src/app.module.js';
import type { ConfigOptions } from '../../src/config/config.module.js';
import { configureApp } from '../../src/configure-app.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';

export const TEST_PASSWORD = 'correct horse battery staple';

type TestOptions = ConfigOptions & { env: Record<string, string>; keepsTries?: boolean };

/** The whole application in this process, as main.ts makes it, not listening. */
export class TestApp {
  private constructor(readonly nest: NestExpressApplication) {}

  /** @param options env and what only code may put in: clock, random; whether tries still count */
  static async start(options: TestOptions): Promise<TestApp> {
    const testing = await Test.createTestingModule({
      imports: [
        AppModule.register({
          ...options,
          // Nothing may leave this machine from a test.
          env: {
            VIRUSTOTAL_BASE_URL: 'http://127.0.0.1:9/api/v3',
            NODE_ENV: 'test',
            LOG_LEVEL: 'error',
            LOG_FORMAT: 'json',
            ...options.env,
          },
        }),
      ],
    }).compile();
    const nest = testing.createNestApplication<NestExpressApplication>({
      bodyParser: false,
      forceCloseConnections: true,
    });
    configureApp(nest);
    await nest.init();
    const app = new TestApp(nest);
    if (!options.keepsTries) await app.forgetTries();
    return app;
  }

  /** Tests sign in more often than people do, and from one address. */
  async forgetTries(): Promise<void> {
    const unitOfWork = this.nest.get(UnitOfWork);
    await unitOfWork.run(() =>
      unitOfWork.repository(Tries).createQueryBuilder().delete().execute(),
    );
  }

  async stop(): Promise<void> {
    await this.nest.close();
  }

  get http() {
    return this.nest.getHttpServer();
  }

  /** A JSON client with a token of that scope. */
  async api(scope: Scope = 'admin'): Promise<ApiClient> {
    const { token } = await this.nest.get(ApiTokenService).create({ name: `test ${scope}`, scope });
    return new ApiClient(this.http, token);
  }

  /** A browser that has signed in as a new user of that role. */
  async browser(role: Role = 'admin'): Promise<Browser> {
    const email = `${role}-${Math.random().toString(36).slice(2)}@example.com`;
    await this.nest.get(UserService).create({ email, password: TEST_PASSWORD, role });
    const browser = new Browser(this.http);
    await browser.submit('/login', { email, password: TEST_PASSWORD });
    return browser;
  }
}

/** Calls the JSON API with one token. */
export class ApiClient {
  constructor(
    private readonly http: ReturnType<TestApp['nest']['getHttpServer']>,
    readonly token: string,
  ) {}

  get(path: string) {
    return this.authorised(request(this.http).get(`/api/v1${path}`));
  }
  post(path: string, body?: object) {
    return this.authorised(request(this.http).post(`/api/v1${path}`)).send(body ?? {});
  }
  put(path: string, body: object) {
    return this.authorised(request(this.http).put(`/api/v1${path}`)).send(body);
  }
  patch(path: string, body: object) {
    return this.authorised(request(this.http).patch(`/api/v1${path}`)).send(body);
  }
  delete(path: string) {
    return this.authorised(request(this.http).delete(`/api/v1${path}`));
  }

  private authorised(test: request.Test): request.Test {
    return test.set('Authorization', `Bearer ${this.token}`);
  }
}

/** Keeps cookies, and sends forms with the token that their page carries. */
export class Browser {
  readonly agent: ReturnType<typeof request.agent>;

  constructor(http: ReturnType<TestApp['nest']['getHttpServer']>) {
    this.agent = request.agent(http);
    // Packing each page and unpacking it again takes a fifteenth of a run; static-files looks at it.
    this.agent.set('Accept-Encoding', 'identity');
  }

  /** What it would send in the header Cookie. */
  get cookie(): string {
    const { jar } = this.agent as unknown as {
      jar: { getCookies: (access: object) => { toValueString: () => string }[] };
    };
    const everywhere = { domain: '127.0.0.1', path: '/', secure: false, script: false };
    return jar
      .getCookies(everywhere)
      .map((cookie) => cookie.toValueString())
      .join('; ');
  }

  /** The page at `path`, parsed when it is looked at. */
  async open(path: string) {
    return shown(await this.agent.get(path));
  }

  /**
   * Opens the page at `formPath`, takes its `_csrf` and posts `fields` to `action`.
   * @param action the form's address; without it the page's own
   */
  async submit(formPath: string, fields: Record<string, string>, action = formPath) {
    const { text } = await this.agent.get(formPath);
    const csrf = /<input[^>]* name="_csrf"[^>]* value="([^"]*)"/.exec(text)?.[1] ?? '';
    const response = await this.agent
      .post(action)
      .type('form')
      .send({ ...fields, _csrf: csrf });
    return shown(response);
  }
}

/** Parsing takes as long as making the page did, and many a test asks for the status alone. */
function shown(response: request.Response) {
  let page: CheerioAPI | null = null;
  return {
    response,
    get page(): CheerioAPI {
      page ??= load(response.text);
      return page;
    },
  };
}
